package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
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
	if err != nil || stat.Mode() != os.ModeDir|os.ModeSticky|0o777 {
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
		if found.Mode() != os.ModeDir|os.ModeSticky|0o777 {
			t.Fatalf("directory %d has mode %v", i, found.Mode())
		}
	}
}

func TestStrangersDoNotReachAVolumeAndUsersKeepTheirFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to be other users")
	}
	top, err := os.MkdirTemp("/tmp", "storefleet-volumes-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(top)
	if err := os.Chmod(top, 0o711); err != nil {
		t.Fatal(err)
	}
	volumes := filepath.Join(top, "volumes")
	if err := os.Mkdir(volumes, 0o777); err != nil { // of an earlier version
		t.Fatal(err)
	}
	path := filepath.Join(volumes, "one")
	if err := makeDirectory(path); err != nil {
		t.Fatal(err)
	}
	as := func(user uint32, folder string, script string) error {
		command := exec.Command("sh", "-c", script)
		command.Dir = folder
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
		return command.Run()
	}
	if as(65534, "/", "ls "+path) == nil {
		t.Error("another user of the machine looks into a volume")
	}
	// A pod has the directory as a mount, so the folder above does not matter to it.
	if err := os.Chmod(volumes, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := as(1001, path, "echo data >file"); err != nil {
		t.Errorf("a pod's user cannot write: %v", err)
	}
	if as(1002, path, "rm -f file && ! test -e file") == nil {
		t.Error("another user removes what is not its own")
	}
	if err := as(1001, path, "mv file renamed && rm renamed"); err != nil {
		t.Errorf("a pod's user cannot move its own file: %v", err)
	}
}
