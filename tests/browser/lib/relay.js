import { createServer, connect } from "node:net";

const badGateway = [
  "HTTP/1.1 502 Bad Gateway",
  "Content-Type: text/html",
  "Connection: close",
  "",
  "<h1>Bad Gateway</h1>",
].join("\r\n");

/**
 * A wire to the platform that can go bad: `cut()` refuses every connection, `breakServer()` answers as a reverse proxy
 * does whose server is away, `slow(milliseconds)` delays every answer, `mend()` is a good wire again.
 */
export async function openRelay(target) {
  const { hostname, port, protocol } = new URL(target);
  // As browsers do: what ends in .localhost is this machine, whatever the resolver says.
  const host = hostname.endsWith("localhost") ? "127.0.0.1" : hostname;
  const far = { host, port: Number(port || (protocol === "https:" ? 443 : 80)) };
  const sockets = new Set();
  let mode = "good";
  let delay = 0;
  const server = createServer((near) => {
    keep(near);
    if (mode === "cut") return near.destroy();
    if (mode === "broken") return near.once("data", () => near.end(badGateway));
    const there = keep(connect(far));
    near.pipe(there);
    there.on("data", (bytes) => setTimeout(() => near.writable && near.write(bytes), delay));
    there.on("close", () => setTimeout(() => near.end(), delay));
    near.on("close", () => there.destroy());
  });
  function keep(socket) {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    return socket;
  }
  function become(next, milliseconds = 0) {
    mode = next;
    delay = milliseconds;
    for (const socket of sockets) socket.destroy();
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${protocol}//${hostname}:${server.address().port}`,
    cut: () => become("cut"),
    breakServer: () => become("broken"),
    slow: (milliseconds) => become("good", milliseconds),
    mend: () => become("good"),
    close() {
      become("cut");
      server.close();
    },
  };
}
