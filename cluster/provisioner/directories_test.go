package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func options(mode corev1.PersistentVolumeAccessMode) controller.ProvisionOptions {
	reclaim := corev1.PersistentVolumeReclaimDelete
	return controller.ProvisionOptions{
		PVName:       "pvc-1",
		StorageClass: &storagev1.StorageClass{ReclaimPolicy: &reclaim},
		PVC: &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: "store-a", Name: "database"},
			Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{mode},
				Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
			},
		},
	}
}

func TestVolumeIsAWritableDirectoryUntilDeleted(t *testing.T) {
	d := directories{root: filepath.Join(t.TempDir(), "volumes"), node: "node"}
	volume, _, err := d.Provision(context.Background(), options(corev1.ReadWriteOnce))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(d.root, "pvc-1_store-a_database")
	if volume.Spec.HostPath.Path != path {
		t.Fatalf("path %s, want %s", volume.Spec.HostPath.Path, path)
	}
	stat, err := os.Stat(path)
	if err != nil || stat.Mode().Perm() != 0o777 {
		t.Fatalf("stat %v %v", stat, err)
	}
	if err := os.WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(context.Background(), volume); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Fatalf("directory is still there: %v", err)
	}
	if err := d.Delete(context.Background(), volume); err != nil {
		t.Fatalf("deleting again: %v", err)
	}
}

func TestOnlyOneWriterModes(t *testing.T) {
	if _, _, err := (directories{}).Provision(context.Background(), options(corev1.ReadWriteMany)); err == nil {
		t.Fatal("ReadWriteMany was accepted")
	}
}

func TestNothingOutsideTheRootIsRemoved(t *testing.T) {
	outside := t.TempDir()
	d := directories{root: filepath.Join(outside, "volumes")}
	for _, path := range []string{outside, d.root, d.root + "/../x", d.root + "/a/b"} {
		volume := &corev1.PersistentVolume{Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: corev1.PersistentVolumeSource{
			HostPath: &corev1.HostPathVolumeSource{Path: path}}}}
		if err := d.Delete(context.Background(), volume); err == nil {
			t.Errorf("%s was removed", path)
		}
	}
	if _, err := os.Stat(outside); err != nil {
		t.Fatal(err)
	}
}

func TestDirectoriesMadeAtOnceAreOpenToEveryUser(t *testing.T) {
	root := t.TempDir()
	var group sync.WaitGroup
	for i := range 5000 {
		group.Go(func() {
			if err := makeDirectory(filepath.Join(root, "volumes", strconv.Itoa(i))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for i := range 5000 {
		found, err := os.Stat(filepath.Join(root, "volumes", strconv.Itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		if found.Mode().Perm() != 0o777 {
			t.Fatalf("directory %d has mode %v", i, found.Mode())
		}
	}
}
