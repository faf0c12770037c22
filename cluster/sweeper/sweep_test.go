package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/grpc"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const (
	ready    = cri.PodSandboxState_SANDBOX_READY
	notReady = cri.PodSandboxState_SANDBOX_NOTREADY
)

func sandbox(id, name, uid string, state cri.PodSandboxState) *cri.PodSandbox {
	return &cri.PodSandbox{Id: id, State: state, Annotations: map[string]string{sourceAnnotation: "api"},
		Metadata: &cri.PodSandboxMetadata{Namespace: "store-a", Name: name, Uid: uid}}
}

func containers(states ...cri.ContainerState) (all []*cri.Container) {
	for _, state := range states {
		all = append(all, &cri.Container{State: state})
	}
	return all
}

func TestWhatIsRemoved(t *testing.T) {
	static := sandbox("1", "web", "old", notReady)
	static.Annotations[sourceAnnotation] = "file"
	foreign := sandbox("1", "web", "old", notReady)
	foreign.Annotations = nil
	nameless := sandbox("1", "web", "old", notReady)
	nameless.Metadata = nil
	for _, one := range []struct {
		what       string
		sandbox    *cri.PodSandbox
		uid        string
		containers []*cri.Container
		want       bool
	}{
		{"the pod is gone", sandbox("1", "web", "old", notReady), "", nil, true},
		{"another pod has its name", sandbox("1", "web", "old", notReady), "new", nil, true},
		{"only ended containers are left", sandbox("1", "web", "old", notReady), "",
			containers(cri.ContainerState_CONTAINER_EXITED, cri.ContainerState_CONTAINER_CREATED), true},
		{"the pod exists", sandbox("1", "web", "old", notReady), "old", nil, false},
		{"the sandbox runs", sandbox("1", "web", "old", ready), "", nil, false},
		{"the sandbox runs and another pod has its name", sandbox("1", "web", "old", ready), "new", nil, false},
		{"a container runs", sandbox("1", "web", "old", notReady), "",
			containers(cri.ContainerState_CONTAINER_EXITED, cri.ContainerState_CONTAINER_RUNNING), false},
		{"a container may run", sandbox("1", "web", "old", notReady), "", containers(cri.ContainerState_CONTAINER_UNKNOWN), false},
		{"the pod is not the API server's", static, "", nil, false},
		{"the sandbox is not the kubelet's", foreign, "", nil, false},
		{"the sandbox has no pod", nameless, "", nil, false},
		{"the sandbox has no UID", sandbox("1", "web", "", notReady), "new", nil, false},
	} {
		if got := removable(one.sandbox, one.uid, one.containers); got != one.want {
			t.Errorf("%s: removed %v", one.what, got)
		}
	}
}

// node is a containerd and an API server.
type node struct {
	sandboxes  []*cri.PodSandbox
	containers map[string][]*cri.Container
	pods       map[string]string // UID by name
	down       error             // of the API server
	runtime    error
	asked      []string
	removed    []string
}

func (n *node) ListPodSandbox(_ context.Context, request *cri.ListPodSandboxRequest, _ ...grpc.CallOption) (*cri.ListPodSandboxResponse, error) {
	response := &cri.ListPodSandboxResponse{}
	for _, one := range n.sandboxes {
		if one.State == request.Filter.State.State {
			response.Items = append(response.Items, one)
		}
	}
	return response, n.runtime
}

func (n *node) ListContainers(_ context.Context, request *cri.ListContainersRequest, _ ...grpc.CallOption) (*cri.ListContainersResponse, error) {
	return &cri.ListContainersResponse{Containers: n.containers[request.Filter.PodSandboxId]}, n.runtime
}

func (n *node) RemovePodSandbox(_ context.Context, request *cri.RemovePodSandboxRequest, _ ...grpc.CallOption) (*cri.RemovePodSandboxResponse, error) {
	if request.PodSandboxId == "stuck" {
		return nil, errors.New("its network is not closed")
	}
	n.removed = append(n.removed, request.PodSandboxId)
	n.sandboxes = slices.DeleteFunc(n.sandboxes, func(one *cri.PodSandbox) bool { return one.Id == request.PodSandboxId })
	return &cri.RemovePodSandboxResponse{}, nil
}

func (n *node) pod(_ context.Context, _, name string) (string, error) {
	n.asked = append(n.asked, name)
	return n.pods[name], n.down
}

func TestOnlyDeadSandboxesOfPodsThatAreGoneGo(t *testing.T) {
	n := &node{
		sandboxes: []*cri.PodSandbox{
			sandbox("gone", "gone", "1", notReady),
			sandbox("replaced", "replaced", "1", notReady),
			sandbox("completed", "completed", "1", notReady),
			sandbox("alive", "alive", "1", ready),
			sandbox("terminating", "forced", "1", ready),
			sandbox("busy", "busy", "1", notReady),
		},
		containers: map[string][]*cri.Container{"busy": containers(cri.ContainerState_CONTAINER_RUNNING)},
		pods:       map[string]string{"replaced": "2", "completed": "1", "alive": "1"},
	}
	s := newSweeper(n, n.pod)
	if err := s.sweep(t.Context()); err != nil || len(n.removed) > 0 || len(n.asked) > 0 {
		t.Fatalf("the first round: removed %v, asked for %v, %v", n.removed, n.asked, err)
	}
	for range 3 {
		if err := s.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"gone", "replaced"}; !reflect.DeepEqual(n.removed, want) {
		t.Errorf("removed %v, want %v", n.removed, want)
	}
	if len(s.asked) != 2 { // completed, busy
		t.Errorf("remembers %v", s.asked)
	}
}

func TestOutagesRemoveNothingAndPass(t *testing.T) {
	n := &node{sandboxes: []*cri.PodSandbox{sandbox("gone", "gone", "1", notReady), sandbox("other", "other", "1", notReady)}}
	s := newSweeper(n, n.pod)
	_ = s.sweep(t.Context())
	n.down = errors.New("refused")
	if err := s.sweep(t.Context()); err == nil || len(n.asked) != 1 {
		t.Errorf("without an API server: %v, asked for %v", err, n.asked)
	}
	n.down, n.runtime = nil, errors.New("refused")
	if err := s.sweep(t.Context()); err == nil {
		t.Error("no error without containerd")
	}
	n.runtime = nil
	if len(n.removed) > 0 {
		t.Fatalf("removed %v", n.removed)
	}
	for range 2 {
		if err := s.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(n.removed) != 2 {
		t.Errorf("removed %v", n.removed)
	}
}

func TestOneThatCannotBeRemovedHoldsUpNoOther(t *testing.T) {
	n := &node{sandboxes: []*cri.PodSandbox{sandbox("stuck", "a", "1", notReady), sandbox("gone", "b", "1", notReady)}}
	s := newSweeper(n, n.pod)
	_ = s.sweep(t.Context())
	if err := s.sweep(t.Context()); err == nil || !reflect.DeepEqual(n.removed, []string{"gone"}) {
		t.Errorf("removed %v, %v", n.removed, err)
	}
}

func TestARoundIsBoundedAndEveryoneHasATurn(t *testing.T) {
	n := &node{pods: map[string]string{}}
	for i := range 2*maxAsked + 10 {
		name := fmt.Sprint(i)
		n.sandboxes = append(n.sandboxes, sandbox(name, name, "1", notReady))
		n.pods[name] = "1" // completed, and still there
	}
	s := newSweeper(n, n.pod)
	_ = s.sweep(t.Context())
	seen := map[string]bool{}
	for range 3 {
		n.asked = nil
		if err := s.sweep(t.Context()); err != nil || len(n.asked) != maxAsked {
			t.Fatalf("asked %d times, %v", len(n.asked), err)
		}
		for _, name := range n.asked {
			seen[name] = true
		}
	}
	if len(seen) != len(n.sandboxes) {
		t.Errorf("%d of %d had a turn", len(seen), len(n.sandboxes))
	}
}

func TestOnlyAPodThatIsNotFoundIsGone(t *testing.T) {
	pods, namespaces := schema.GroupResource{Resource: "pods"}, schema.GroupResource{Resource: "namespaces"}
	for _, one := range []struct {
		err  error
		want bool
	}{
		{apierrors.NewNotFound(pods, "web"), true},
		{fmt.Errorf("asking: %w", apierrors.NewNotFound(pods, "web")), true},
		{apierrors.NewNotFound(pods, "other"), false},
		{apierrors.NewNotFound(namespaces, "web"), false},
		{apierrors.NewGenericServerResponse(404, "get", pods, "web", "404 page not found", 0, true), false},
		{apierrors.NewForbidden(pods, "web", nil), false},
		{context.DeadlineExceeded, false},
	} {
		if got := saysNoSuchPod(one.err, "web"); got != one.want {
			t.Errorf("%v: gone %v", one.err, got)
		}
	}
}
