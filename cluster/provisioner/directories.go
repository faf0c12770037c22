package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// directories provisions a volume as one directory below root. It keeps no state: the volume's own
// object says where its directory is.
type directories struct {
	root string // empty: nothing exists on disk, for simulated nodes
	node string // empty: usable from any node
}

// Provision makes the directory, open to the users of pods, and describes it.
func (d directories) Provision(_ context.Context, options controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	for _, mode := range options.PVC.Spec.AccessModes {
		if mode != corev1.ReadWriteOnce && mode != corev1.ReadWriteOncePod {
			return nil, controller.ProvisioningFinished, fmt.Errorf("access mode %s is not supported, only ReadWriteOnce and ReadWriteOncePod", mode)
		}
	}
	if options.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("claim selectors are not supported")
	}
	path := filepath.Join(d.root, strings.Join([]string{options.PVName, options.PVC.Namespace, options.PVC.Name}, "_"))
	if d.root == "" {
		path = "/nonexistent/" + options.PVName
	} else if err := makeDirectory(path); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	kind := corev1.HostPathDirectory
	mode := corev1.PersistentVolumeFilesystem
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: options.PVC.Spec.Resources.Requests[corev1.ResourceStorage]},
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path, Type: &kind}},
			VolumeMode:                    &mode,
			NodeAffinity:                  d.affinity(),
		},
	}
	return volume, controller.ProvisioningFinished, nil
}

// Delete removes the volume's directory and what is in it.
func (d directories) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	source := volume.Spec.HostPath
	if source == nil {
		return &controller.IgnoredError{Reason: "not a directory volume"}
	}
	if d.root == "" {
		return nil
	}
	if filepath.Dir(filepath.Clean(source.Path)) != filepath.Clean(d.root) {
		return &controller.IgnoredError{Reason: source.Path + " is not below " + d.root}
	}
	return os.RemoveAll(source.Path)
}

func (d directories) affinity() *corev1.VolumeNodeAffinity {
	if d.node == "" {
		return nil
	}
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{d.node}}},
	}}}}
}

// openToAll lets every user make files, as pods choose their own, and keeps each from the files of the others.
const openToAll = 0o777 | os.ModeSticky

// makeDirectory makes a directory that every user may write to, in a folder that only its owner may enter: pods get it
// as a mount, and nobody else on the machine gets there. The mode is set afterwards: that of Mkdir is cut by the umask,
// which belongs to the process and not to this goroutine.
func makeDirectory(path string) error {
	if err := makePrivate(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	return os.Chmod(path, openToAll)
}

// makePrivate makes a folder for its owner alone, also of one that an earlier version left open.
func makePrivate(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.Chmod(folder, 0o700)
}
