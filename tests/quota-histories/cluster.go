package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
)

const storesPath = "/apis/storefleet.dev/v1alpha1/stores"

// cluster is the API server, as somebody with kubectl reaches it.
type cluster struct {
	server *server
	watch  *http.Client
}

// connection says where the API server is and who we are for it.
type connection struct {
	Server      string `json:"server"`
	Authority   string `json:"authority"`   // files in PEM
	Certificate string `json:"certificate"` // with its key
}

func newCluster(c clock, to connection) (*cluster, error) {
	authority, err := os.ReadFile(to.Authority)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, errors.New("the API server's authority is no certificate")
	}
	pair, err := tls.LoadX509KeyPair(to.Certificate, to.Certificate)
	if err != nil {
		return nil, err
	}
	trust := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}
	// Without HTTP/2: one connection would be shared by all.
	requests := &http.Transport{TLSClientConfig: trust}
	watch := &http.Client{Transport: &http.Transport{TLSClientConfig: trust.Clone()}}
	return &cluster{newServer(c, to.Server, "", requests), watch}, nil
}

func (k *cluster) create(name, team string, has plan) answer {
	body := map[string]any{
		"apiVersion": "storefleet.dev/v1alpha1", "kind": "Store",
		"metadata": map[string]any{"name": name},
		"spec":     map[string]any{"engine": "tiny", "sampleData": false, "team": team, "plan": has.String()},
	}
	return k.server.ask(request{method: "POST", path: storesPath, mediaType: "application/json", body: body})
}

// change gives the store of this UID another plan.
func (k *cluster) change(one store, to plan, sending func(int64)) answer {
	body := map[string]any{"metadata": map[string]any{"uid": one.uid}, "spec": map[string]any{"plan": to.String()}}
	return k.server.ask(request{method: "PATCH", path: storesPath + "/" + one.name, mediaType: "application/merge-patch+json", body: body, sending: sending})
}

func (k *cluster) remove(one store, sending func(int64)) answer {
	body := map[string]any{"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": map[string]any{"uid": one.uid}}
	return k.server.ask(request{method: "DELETE", path: storesPath + "/" + one.name, mediaType: "application/json", body: body, sending: sending})
}

// object is what is read of a Store.
type object struct {
	Metadata struct {
		Name, UID, ResourceVersion string
		Generation                 int64
		DeletionTimestamp          *string
	}
	Spec   struct{ Team, Plan string }
	Status struct {
		ObservedGeneration int64
		Conditions         []struct{ Type, Status, Reason string }
	}
}

func uidOf(a answer) (string, error) {
	var made object
	if err := json.Unmarshal(a.body, &made); err != nil {
		return "", err
	}
	if made.Metadata.UID == "" {
		var dto struct{ UID string }
		err := json.Unmarshal(a.body, &dto)
		made.Metadata.UID = dto.UID
		return dto.UID, err
	}
	return made.Metadata.UID, nil
}

func (o object) sight(at int64, gone bool) (sight, error) {
	has, known := planOf(o.Spec.Plan)
	if !known {
		return sight{}, fmt.Errorf("the store %s has the plan %q", o.Metadata.Name, o.Spec.Plan)
	}
	one := sight{at: at, uid: o.Metadata.UID, name: o.Metadata.Name, generation: o.Metadata.Generation, plan: has,
		deleting: o.Metadata.DeletionTimestamp != nil, gone: gone}
	if o.Status.ObservedGeneration != o.Metadata.Generation {
		return one, nil
	}
	for _, condition := range o.Status.Conditions {
		switch {
		case condition.Type != "Admitted":
		case condition.Status == "True":
			one.verdict = admitted
		case condition.Reason == "QuotaExceeded":
			one.verdict = refused
		}
	}
	return one, nil
}

// follow tells the histories, by team, what becomes of their stores until the process ends. It must see everything, so
// it fails where a watch cannot go on where the last one ended.
func (k *cluster) follow(histories *sync.Map, failed func(error)) error {
	first := k.server.ask(request{method: "GET", path: storesPath + "?limit=1"})
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	if err := json.Unmarshal(first.body, &list); err != nil || first.status != 200 {
		return first.unexpected("the list of stores")
	}
	go func() {
		version := list.Metadata.ResourceVersion
		for {
			if err := k.watchFrom(&version, histories); err != nil {
				failed(fmt.Errorf("the watch of stores: %w", err))
				return
			}
		}
	}()
	return nil
}

// watchFrom returns when the API server ends the watch, as it does after some minutes.
func (k *cluster) watchFrom(version *string, histories *sync.Map) error {
	response, err := k.watch.Get(fmt.Sprintf("%s%s?watch=true&allowWatchBookmarks=true&resourceVersion=%s", k.server.base, storesPath, *version))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		if err := tell(lines.Bytes(), k.server.clock.now(), version, histories); err != nil {
			return err
		}
	}
	return lines.Err()
}

func tell(line []byte, at int64, version *string, histories *sync.Map) error {
	var event struct {
		Type   string
		Object object
	}
	if err := json.Unmarshal(line, &event); err != nil {
		return err
	}
	switch event.Type {
	case "ADDED", "MODIFIED", "DELETED":
		if found, ours := histories.Load(event.Object.Spec.Team); ours {
			one, err := event.Object.sight(at, event.Type == "DELETED")
			if err != nil {
				return err
			}
			found.(*history).see(one)
		}
	case "BOOKMARK":
	default:
		return fmt.Errorf("%.300s", line)
	}
	*version = event.Object.Metadata.ResourceVersion
	return nil
}
