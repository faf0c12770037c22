package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	rcommon "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// fakeCluster keeps objects in a map and Helm's records in memory.
type fakeCluster struct {
	mutex   sync.Mutex
	live    map[string]Object
	refuse  map[string]error // key of an object → what writing it fails with
	writes  int
	records *driver.Memory
	recMux  sync.Mutex
}

func newFakeCluster() *fakeCluster {
	return &fakeCluster{live: map[string]Object{}, refuse: map[string]error{}, records: driver.NewMemory()}
}

func (f *fakeCluster) Capabilities() (*common.Capabilities, error) {
	return common.DefaultCapabilities, nil
}

func (f *fakeCluster) Apply(ctx context.Context, objects []Object, _ How) (map[string]string, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	prints := map[string]string{}
	for _, object := range objects {
		if err := f.refuse[object.Key()]; err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.writes++
		f.live[object.Key()] = object
		prints[object.Key()] = "written"
	}
	return prints, nil
}

func (f *fakeCluster) Delete(_ context.Context, objects []Object) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, object := range objects {
		delete(f.live, object.Key())
	}
	return nil
}

func (f *fakeCluster) keys() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.Sorted(maps.Keys(f.live))
}

// platform is the whole helper but for the pipes, on a fakeCluster.
type platform struct {
	*testing.T
	cluster  *fakeCluster
	releases *Releases
}

func newPlatform(t *testing.T) *platform {
	cluster := newFakeCluster()
	return &platform{t, cluster, &Releases{
		objects: cluster,
		charts:  newCharts("testdata/charts"),
		store: func(_ context.Context, namespace string) Records {
			cluster.recMux.Lock()
			defer cluster.recMux.Unlock()
			cluster.records.SetNamespace(namespace)
			return Records{Storage: storage.Init(cluster.records)}
		},
	}}
}

func (p *platform) do(op Operation, change func(*Request)) Reply {
	p.Helper()
	request := Request{ID: "1", Op: op, Namespace: "store-a", Release: "store", Chart: "shop", Digest: "d1"}
	if change != nil {
		change(&request)
	}
	return p.releases.Handle(context.Background(), request)
}

func (p *platform) mustDo(op Operation, change func(*Request)) Reply {
	p.Helper()
	reply := p.do(op, change)
	if !reply.OK {
		p.Fatalf("%s: %v", op, reply.Error)
	}
	return reply
}

// leave puts a release into the state that a killed process would have left behind.
func (p *platform) leave(status rcommon.Status) {
	p.Helper()
	store := p.releases.store(context.Background(), "store-a")
	last, err := store.Last("store")
	if err != nil {
		p.Fatal(err)
	}
	record := last.(*release.Release)
	record.SetStatus(status, "")
	if err := store.Update(record); err != nil {
		p.Fatal(err)
	}
}

// history lists "revision status" oldest first.
func (p *platform) history() []string {
	p.Helper()
	history, err := readHistory(context.Background(), p.releases.store(context.Background(), "store-a"), "store")
	if err != nil {
		p.Fatal(err)
	}
	lines := []string{}
	for _, record := range history.records {
		lines = append(lines, fmt.Sprintf("%d %s", record.Version, record.Info.Status))
	}
	return lines
}

// labels are those of the newest record.
func (p *platform) labels() map[string]string {
	p.Helper()
	last, err := p.releases.store(context.Background(), "store-a").Last("store")
	if err != nil {
		p.Fatal(err)
	}
	return last.(*release.Release).Labels
}

// labelsOf are those of the record of a revision.
func (p *platform) labelsOf(revision int) map[string]string {
	p.Helper()
	record, err := p.releases.store(context.Background(), "store-a").Get("store", revision)
	if err != nil {
		p.Fatal(err)
	}
	return record.(*release.Release).Labels
}

func withDigest(digest string) func(*Request) {
	return func(request *Request) { request.Digest = digest }
}

func withValues(values string) func(*Request) {
	return func(request *Request) { request.Values = json.RawMessage(values) }
}

func wantEqual[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
		t.Fatalf("%s:\n got %s\nwant %s", what, a, b)
	}
}

func wantCode(t *testing.T, reply Reply, code Code, text string) {
	t.Helper()
	if reply.OK || reply.Error == nil || reply.Error.Code != code || !strings.Contains(reply.Error.Message, text) {
		t.Fatalf("got %+v (%v), want %s with %q", reply, reply.Error, code, text)
	}
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}
