package main

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

func boundClaim(name, wanted string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "store-a", Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			VolumeName: "volume-of-" + name,
			Resources:  corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(wanted)}},
		},
		Status: corev1.PersistentVolumeClaimStatus{
			Phase:    corev1.ClaimBound,
			Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
		},
	}
}

func volumeOf(name, provisioner string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "volume-of-" + name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec:       corev1.PersistentVolumeSpec{Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
	}
}

func TestClaimsGrowWithTheirVolumes(t *testing.T) {
	client := fake.NewClientset(boundClaim("larger", "5Gi"), volumeOf("larger", provisionerName),
		boundClaim("foreign", "5Gi"), volumeOf("foreign", "example.com/other"),
		boundClaim("same", "1Gi"), volumeOf("same", provisionerName))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	followGrowth(ctx, client)
	size := func(name string) (string, string) {
		claim, err := client.CoreV1().PersistentVolumeClaims("store-a").Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		volume, err := client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return volume.Spec.Capacity.Storage().String(), claim.Status.Capacity.Storage().String()
	}
	deadline := time.Now().Add(5 * time.Second)
	for volume, claim := size("larger"); volume != "5Gi" || claim != "5Gi"; volume, claim = size("larger") {
		if time.Now().After(deadline) {
			t.Fatalf("volume %s, claim %s, want 5Gi", volume, claim)
		}
		time.Sleep(10 * time.Millisecond)
	}
	for _, name := range []string{"foreign", "same"} {
		if volume, claim := size(name); volume != "1Gi" || claim != "1Gi" {
			t.Errorf("%s: volume %s, claim %s, want 1Gi", name, volume, claim)
		}
	}
}
