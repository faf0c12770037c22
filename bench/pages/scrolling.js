import { openHome } from "./browser.js";

/** Scrolls the list down and up again as a wheel does, and takes the time between frames. */
export async function measureScrolling(page, url, stores) {
  await openHome(page, url);
  const rows = await page.getByRole("table", { name: "Stores" }).getAttribute("aria-rowcount");
  if (Number(rows) < stores) throw new Error(`the table has ${rows} rows and not ${stores}`);
  await page.evaluate(() => {
    window.frames_ = [];
    let before = performance.now();
    const frame = (now) => {
      window.frames_.push(now - before);
      before = now;
      window.measuring = requestAnimationFrame(frame);
    };
    window.measuring = requestAnimationFrame(frame);
  });
  const devtools = await page.context().newCDPSession(page);
  for (const yDistance of [-30_000, 15_000]) {
    await devtools.send("Input.synthesizeScrollGesture", { x: 500, y: 500, yDistance, speed: 4_000, gestureSourceType: "mouse", preventFling: true });
  }
  const { frames, moved } = await page.evaluate(() => {
    cancelAnimationFrame(window.measuring);
    const places = [document.scrollingElement, ...document.querySelectorAll("*")].map((element) => element.scrollTop);
    return { frames: window.frames_, moved: Math.max(...places) };
  });
  if (moved < 5_000) throw new Error(`the list was scrolled by ${moved} px only`);
  const sum = frames.reduce((total, time) => total + time, 0);
  return { frames: frames.length, fps: (frames.length / sum) * 1000, late: frames.filter((time) => time > 25).length, worst: Math.max(...frames) };
}
