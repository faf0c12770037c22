package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"slices"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// maxAsked is for how many sandboxes a round asks the API server; the others are next.
const maxAsked = 50

// sourceAnnotation is where the kubelet notes who gave it a pod. A pod that is none of the API
// server's has another UID there.
const sourceAnnotation = "kubernetes.io/config.source"

// containerRuntime is what is used of containerd.
type containerRuntime interface {
	ListPodSandbox(context.Context, *cri.ListPodSandboxRequest, ...grpc.CallOption) (*cri.ListPodSandboxResponse, error)
	ListContainers(context.Context, *cri.ListContainersRequest, ...grpc.CallOption) (*cri.ListContainersResponse, error)
	RemovePodSandbox(context.Context, *cri.RemovePodSandboxRequest, ...grpc.CallOption) (*cri.RemovePodSandboxResponse, error)
}

// podLookup is the UID of the pod of that name, empty if there is none.
type podLookup func(ctx context.Context, namespace, name string) (uid string, err error)

type sweeper struct {
	runtime containerRuntime
	pods    podLookup
	round   int
	// asked is the last round that looked at a sandbox, by id.
	asked map[string]int
}

func newSweeper(runtime containerRuntime, pods podLookup) *sweeper {
	return &sweeper{runtime: runtime, pods: pods, asked: map[string]int{}}
}

// sweep is one round. It ends at the first question that nobody answers.
func (s *sweeper) sweep(ctx context.Context) error {
	list, err := s.runtime.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{Filter: &cri.PodSandboxFilter{
		State: &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_NOTREADY}}})
	if err != nil {
		return fmt.Errorf("containerd: %w", err)
	}
	var problems []error
	for _, sandbox := range s.due(list.Items) {
		s.asked[sandbox.Id] = s.round
		pod := sandbox.Metadata
		uid, err := s.pods(ctx, pod.Namespace, pod.Name)
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("API server: %w", err))...)
		}
		if uid == pod.Uid {
			continue
		}
		containers, err := s.runtime.ListContainers(ctx, &cri.ListContainersRequest{Filter: &cri.ContainerFilter{PodSandboxId: sandbox.Id}})
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("containerd: %w", err))...)
		}
		if !removable(sandbox, uid, containers.Containers) {
			continue
		}
		if _, err := s.runtime.RemovePodSandbox(ctx, &cri.RemovePodSandboxRequest{PodSandboxId: sandbox.Id}); err != nil {
			problems = append(problems, fmt.Errorf("removing %s of %s/%s: %w", sandbox.Id, pod.Namespace, pod.Name, err))
			continue
		}
		log.Printf("removed %.13s of %s/%s", sandbox.Id, pod.Namespace, pod.Name)
	}
	return errors.Join(problems...)
}

// due are the sandboxes to ask the API server for in this round: those not asked for the longest.
// One that was not there in an earlier round is not among them, since the kubelet may still be at it.
func (s *sweeper) due(sandboxes []*cri.PodSandbox) []*cri.PodSandbox {
	s.round++
	asked := make(map[string]int, len(sandboxes))
	var due []*cri.PodSandbox
	for _, sandbox := range sandboxes {
		last, known := s.asked[sandbox.Id]
		if !known {
			asked[sandbox.Id] = s.round
			continue
		}
		asked[sandbox.Id] = last
		if eligible(sandbox) {
			due = append(due, sandbox)
		}
	}
	s.asked = asked
	slices.SortStableFunc(due, func(a, b *cri.PodSandbox) int { return cmp.Compare(asked[a.Id], asked[b.Id]) })
	return due[:min(len(due), maxAsked)]
}

// eligible is what a sandbox has to be before anyone is asked about its pod.
func eligible(sandbox *cri.PodSandbox) bool {
	pod := sandbox.Metadata
	return sandbox.State == cri.PodSandboxState_SANDBOX_NOTREADY &&
		pod != nil && pod.Namespace != "" && pod.Name != "" && pod.Uid != "" &&
		sandbox.Annotations[sourceAnnotation] == "api"
}

// removable decides: the API server's pod of that name is another one or none (uid is empty), and
// nothing in the sandbox runs.
func removable(sandbox *cri.PodSandbox, uid string, containers []*cri.Container) bool {
	return eligible(sandbox) && uid != sandbox.Metadata.Uid &&
		!slices.ContainsFunc(containers, func(one *cri.Container) bool {
			return one.State == cri.ContainerState_CONTAINER_RUNNING || one.State == cri.ContainerState_CONTAINER_UNKNOWN
		})
}
