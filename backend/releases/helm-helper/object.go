package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Object is one object of a release.
type Object struct {
	unstructured.Unstructured
}

// Key identifies the object inside its namespace, independent of the API version.
func (o Object) Key() string {
	return o.GroupVersionKind().GroupKind().String() + "/" + o.GetName()
}

// Kept says whether the object outlives its release (annotation helm.sh/resource-policy: keep). Volume claims
// always do: data goes with the store, never with a release.
func (o Object) Kept() bool {
	return o.GetKind() == "PersistentVolumeClaim" || strings.EqualFold(strings.TrimSpace(o.GetAnnotations()["helm.sh/resource-policy"]), "keep")
}

// Runs says whether the object starts pods. Such objects are written after all others, so that a pod
// finds its volumes, settings and network policies.
func (o Object) Runs() bool {
	switch o.GetKind() {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod":
		return true
	}
	return false
}

// minus returns the objects of old that have no counterpart in current.
func minus(old, current []Object) []Object {
	present := map[string]bool{}
	for _, object := range current {
		present[object.Key()] = true
	}
	var rest []Object
	for _, object := range old {
		if !present[object.Key()] {
			rest = append(rest, object)
			present[object.Key()] = true
		}
	}
	return rest
}
