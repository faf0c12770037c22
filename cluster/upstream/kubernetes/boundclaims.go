package main

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	listers "k8s.io/client-go/listers/core/v1"
	fwk "k8s.io/kube-scheduler/framework"
)

// boundClaims is a scheduler plugin that holds a pod back for the few milliseconds in which a claim
// already names its volume but its phase is not Bound yet. The scheduler itself goes by the former
// and the kubelet by the latter: a pod that falls in between is tried again only 10 to 15 s later.
type boundClaims struct {
	claims listers.PersistentVolumeClaimLister
}

const (
	boundClaimsName = "BoundClaims"
	// boundClaimsPatience is far more than the one write that is being waited for ever takes.
	boundClaimsPatience = 5 * time.Second
	boundClaimsInterval = 5 * time.Millisecond
)

var _ fwk.PreBindPlugin = &boundClaims{}

func newBoundClaims(_ context.Context, _ runtime.Object, handle fwk.Handle) (fwk.Plugin, error) {
	return &boundClaims{claims: handle.SharedInformerFactory().Core().V1().PersistentVolumeClaims().Lister()}, nil
}

func (*boundClaims) Name() string { return boundClaimsName }

func (*boundClaims) PreBindPreFlight(_ context.Context, _ fwk.CycleState, pod *corev1.Pod, _ string) (*fwk.PreBindPreFlightResult, *fwk.Status) {
	if len(claimNames(pod)) == 0 {
		return nil, fwk.NewStatus(fwk.Skip)
	}
	return nil, nil
}

// PreBind never fails a pod: if the wait is in vain, the kubelet says what is wrong.
func (p *boundClaims) PreBind(ctx context.Context, _ fwk.CycleState, pod *corev1.Pod, _ string) *fwk.Status {
	ctx, cancel := context.WithTimeout(ctx, boundClaimsPatience)
	defer cancel()
	for _, name := range claimNames(pod) {
		for p.isBeingBound(pod.Namespace, name) {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(boundClaimsInterval):
			}
		}
	}
	return nil
}

// isBeingBound is false for a claim without a volume: that waits for its first pod, and VolumeBinding
// sees to it.
func (p *boundClaims) isBeingBound(namespace, name string) bool {
	claim, err := p.claims.PersistentVolumeClaims(namespace).Get(name)
	return err == nil && claim.Spec.VolumeName != "" && claim.Status.Phase != corev1.ClaimBound
}

func claimNames(pod *corev1.Pod) []string {
	var names []string
	for _, volume := range pod.Spec.Volumes {
		switch {
		case volume.PersistentVolumeClaim != nil:
			names = append(names, volume.PersistentVolumeClaim.ClaimName)
		case volume.Ephemeral != nil:
			names = append(names, pod.Name+"-"+volume.Name)
		}
	}
	return names
}
