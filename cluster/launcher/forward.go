package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// dialPatience is how long a connection waits for an ingress controller that is being restarted.
const dialPatience = 10 * time.Second

// forward accepts TCP connections on loopback ports and passes each on: "80=10.43.0.80:80". A
// process of the machine's own, and not the packet filter, so that nothing but this machine can
// ever reach the ports, whatever its forwarding and firewall rules are.
func forward(routes []string) error {
	problems := make(chan error)
	for _, route := range routes {
		port, target, ok := strings.Cut(route, "=")
		if !ok {
			return fmt.Errorf("%q is not PORT=HOST:PORT", route)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			return err
		}
		go func() { problems <- serveForward(listener, target) }()
		// Names such as demo.localhost may resolve to the IPv6 loopback address only.
		if listener, err := net.Listen("tcp", "[::1]:"+port); err == nil {
			go func() { problems <- serveForward(listener, target) }()
		}
	}
	return <-problems
}

func serveForward(listener net.Listener, target string) error {
	for {
		client, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil { // out of file descriptors, for example
			fmt.Fprintln(os.Stderr, err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		go connect(client.(*net.TCPConn), target)
	}
}

// connect joins a client with the target until both directions have ended.
func connect(client *net.TCPConn, target string) {
	defer client.Close()
	connection, err := dialPatiently(target)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]*net.TCPConn{{server, client}, {client, server}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].CloseWrite()
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

func dialPatiently(target string) (net.Conn, error) {
	for deadline := time.Now().Add(dialPatience); ; time.Sleep(50 * time.Millisecond) {
		connection, err := net.DialTimeout("tcp", target, time.Second)
		if err == nil || time.Now().After(deadline) {
			return connection, err
		}
	}
}
