package main

import (
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
)

func TestFlagsMayStandAnywhere(t *testing.T) {
	for _, line := range []string{
		"--state /s status -o json x",
		"status --state /s x -o json",
		"status x -o=json --state=/s",
	} {
		parsed, words, err := parse(strings.Fields(line))
		if err != nil || parsed.state != "/s" || parsed.output != "json" || !reflect.DeepEqual(words, []string{"status", "x"}) {
			t.Errorf("%s: %+v %v %v", line, parsed, words, err)
		}
	}
	if _, _, err := parse([]string{"up", "--nonsense"}); err == nil {
		t.Error("took an unknown flag")
	}
}

func TestImpossibleWishesAreRefused(t *testing.T) {
	for _, o := range []options{
		{state: "/s"},
		{state: "/s", bin: "/b", kwok: true},
		{state: "/s", bin: "/b", profile: "half"},
		{state: "/var/lib/storefleet-cluster", bin: "/b", profile: "control-plane"},
	} {
		if c, err := wantedCluster(o); err == nil {
			t.Errorf("%+v became %+v", o, c)
		}
	}
}

func TestForwardingEndsEachDirectionByItself(t *testing.T) {
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	go func() {
		connection, err := target.Accept()
		if err != nil {
			return
		}
		text, _ := io.ReadAll(connection) // until the client has closed its side
		connection.Write([]byte("got " + string(text)))
		connection.Close()
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go serveForward(listener, target.Addr().String())
	defer listener.Close()
	connection, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	connection.Write([]byte("hello"))
	connection.(*net.TCPConn).CloseWrite()
	if text, err := io.ReadAll(connection); string(text) != "got hello" {
		t.Errorf("%q %v", text, err)
	}
}
