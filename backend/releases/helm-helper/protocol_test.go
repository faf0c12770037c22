package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// exchange runs a server on the lines and returns its replies by id ("" for null).
func exchange(t *testing.T, p *platform, input string) map[string]Reply {
	t.Helper()
	var out, log bytes.Buffer
	server := &Server{handle: p.releases.Handle, workers: 4, drain: 5 * time.Second,
		log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), out: &out}
	server.Serve(context.Background(), strings.NewReader(input))
	replies := map[string]Reply{}
	decoder := json.NewDecoder(&out)
	for {
		var reply Reply
		if err := decoder.Decode(&reply); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		id := ""
		if reply.ID != nil {
			id = *reply.ID
		}
		replies[id] = reply
	}
	if strings.Contains(log.String(), "4711") {
		t.Fatalf("the log holds a value: %s", log.String())
	}
	return replies
}

func TestLinesInRepliesOut(t *testing.T) {
	p := newPlatform(t)
	replies := exchange(t, p, `
{"id":"a","op":"install","namespace":"store-a","release":"store","chart":"shop","digest":"d1","values":{"port":4711}}
{"id":"b","op":"install","namespace":"store-a","release":"store","chart":"shop","digest":"d1","values":{"port":4711}}
{"id":"c","op":"uninstall","namespace":"store-c","release":"store"}
{"id":"d","op":"install","namespace":"store-b","release":"store","chart":"shop","values":{"port":"4711"}}
`)
	wantEqual(t, "a", replies["a"].OK, true)
	wantEqual(t, "a's status", replies["a"].Release.Status, "deployed")
	wantEqual(t, "b after a", replies["b"].Unchanged, true)
	wantEqual(t, "c", replies["c"].OK, true)
	wantCode(t, replies["d"], codeInvalidValues, "port")
}

func TestMalformedLinesAreAnswered(t *testing.T) {
	p := newPlatform(t)
	for line, want := range map[string]string{
		`{"id":`: "",
		`7`:      "",
		`{"op":"uninstall","namespace":"n","release":"r"}`: "",
		`{"id":"x","op":"explode"}`:                        "x",
		`{"id":"x","op":"install"}`:                        "x",
		`{"id":"x","op":"uninstall"}`:                      "x",
		`{"id":"x","op":"uninstall","namespace":"n","release":"r","digest":"not a label"}`: "x",
		`{"id":"x","op":"uninstall","namespace":"n","release":"r","deadlineMs":-1}`:        "x",
		`{"id":"x","values":"` + strings.Repeat("v", maxLineBytes) + `"}`:                  "",
	} {
		replies := exchange(t, p, line+"\n"+`{"id":"after","op":"uninstall","namespace":"n","release":"r"}`)
		reply, found := replies[want]
		if !found || reply.OK || reply.Error.Code != codeInvalidRequest {
			t.Errorf("%.60s: got %+v", line, replies)
		}
		if !replies["after"].OK {
			t.Errorf("%.60s: the server did not go on", line)
		}
	}
}

func TestNullIDIsWrittenAsNull(t *testing.T) {
	line, err := json.Marshal(failedReply(Request{}, invalidRequest("no")))
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "line", string(line), `{"id":null,"ok":false,"error":{"code":"InvalidRequest","message":"no"}}`)
}

func TestEndOfInputWaitsForRunningOperations(t *testing.T) {
	var out bytes.Buffer
	begun, release := make(chan struct{}), make(chan struct{})
	server := &Server{workers: 1, drain: 5 * time.Second,
		log: slog.New(slog.DiscardHandler), out: &out,
		handle: func(_ context.Context, r Request) Reply {
			close(begun)
			<-release
			return Reply{ID: &r.ID, OK: true}
		}}
	ended := make(chan struct{})
	go func() {
		server.Serve(context.Background(), strings.NewReader(`{"id":"a","op":"uninstall","namespace":"n","release":"r"}`))
		close(ended)
	}()
	<-begun
	select {
	case <-ended:
		t.Fatal("ended with an operation under way")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	<-ended
	wantEqual(t, "reply", out.String(), `{"id":"a","ok":true}`+"\n")
}

func TestDrainIsBounded(t *testing.T) {
	server := &Server{workers: 1, drain: 10 * time.Millisecond,
		log: slog.New(slog.DiscardHandler), out: io.Discard,
		handle: func(ctx context.Context, r Request) Reply {
			<-ctx.Done()
			return failedReply(r, failedf(codeTimeout, "cut off"))
		}}
	server.Serve(context.Background(), strings.NewReader(`{"id":"a","op":"uninstall","namespace":"n","release":"r"}`))
}

func TestLanesKeepOrderAndRunApart(t *testing.T) {
	lanes := newLanes(2)
	var mutex sync.Mutex
	order := map[string][]int{}
	gate := make(chan struct{})
	lanes.Submit("slow", func() { <-gate })
	for index := range 100 {
		lanes.Submit("a", func() {
			mutex.Lock()
			defer mutex.Unlock()
			order["a"] = append(order["a"], index)
		})
	}
	eventually(t, "lane a runs beside the slow one", func() bool {
		mutex.Lock()
		defer mutex.Unlock()
		return len(order["a"]) == 100
	})
	close(gate)
	lanes.Close()
	lanes.Wait()
	for index, got := range order["a"] {
		if index != got {
			t.Fatalf("out of order: %v", order["a"])
		}
	}
}

func TestLanesUnderLoad(t *testing.T) {
	lanes := newLanes(8)
	var busy [10]bool
	var ran int
	var mutex sync.Mutex
	for index := range 1000 {
		key := index % len(busy)
		lanes.Submit(fmt.Sprint(key), func() {
			mutex.Lock()
			if busy[key] {
				t.Error("two jobs of one key at the same time")
			}
			busy[key] = true
			mutex.Unlock()
			time.Sleep(time.Microsecond)
			mutex.Lock()
			busy[key] = false
			ran++
			mutex.Unlock()
		})
	}
	lanes.Close()
	lanes.Wait()
	wantEqual(t, "ran", ran, 1000)
}

func TestValuesHashIgnoresOrderAndSpelling(t *testing.T) {
	hash := func(text string) string {
		values, failure := parseValues(json.RawMessage(text))
		if failure != nil {
			t.Fatal(failure)
		}
		return hashValues(values)
	}
	wantEqual(t, "order", hash(`{"a":1,"b":{"c":[1.5,"<&>"],"d":null}}`), hash(`{ "b":{"d":null,"c":[1.5,"<\u0026>"]}, "a":1.0 }`))
	wantEqual(t, "empty", hash(``), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a") // {}
	wantEqual(t, "known", hash(`{"port":8080,"name":"a<b"}`), "8682156a9f5fbb04514f523e78814ad0ca8e018efb6ea20e33f6667c024a7117")
	if hash(`{"a":1}`) == hash(`{"a":2}`) {
		t.Fatal("the hash does not depend on the values")
	}
}

func TestWholeNumbersPrintAsSuch(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, withValues(`{"port": 134217728}`))
	object := p.cluster.live[settings]
	port := object.Object["data"].(map[string]any)["port"]
	wantEqual(t, "port", port, any("134217728"))
}

func TestChartsAreReadAgainWhenTheyChange(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/charts")); err != nil {
		t.Fatal(err)
	}
	charts := newCharts(root)
	first, err := charts.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := charts.Get("shop"); again != first {
		t.Fatal("read twice without need")
	}
	file := filepath.Join(root, "shop", "Chart.yaml")
	if err := os.WriteFile(file, []byte("apiVersion: v2\nname: shop\nversion: 1.0.1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	changed, err := charts.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "version", changed.Metadata.Version, "1.0.1")
}

func TestChartsWithUnsupportedPartsAreRefused(t *testing.T) {
	for name, file := range map[string][2]string{
		"another namespace":           {"templates/x.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: kube-system}"},
		"only test hooks":             {"templates/x.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, annotations: {helm.sh/hook: pre-install}}"},
		"is there twice":              {"templates/x.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}"},
		"metadata.name are required":  {"templates/x.yaml", "apiVersion: v1\nkind: List\nitems: []"},
		"must not contain CRDs":       {"crds/x.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}"},
		"subcharts are not supported": {"Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: x, version: 1.0.0, repository: ''}]"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t)
			root := t.TempDir()
			if err := os.CopyFS(root, os.DirFS("testdata/charts")); err != nil {
				t.Fatal(err)
			}
			target := filepath.Join(root, "shop", file[0])
			_ = os.MkdirAll(filepath.Dir(target), 0o755)
			if err := os.WriteFile(target, []byte(file[1]), 0o600); err != nil {
				t.Fatal(err)
			}
			p.releases.charts = newCharts(root)
			wantCode(t, p.do(opInstall, nil), codeInvalidChart, name)
		})
	}
}
