package main

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

const provisionedBy = "pv.kubernetes.io/provisioned-by"

// followGrowth grants every larger request of a bound claim until ctx ends. A directory has no size of its
// own, so that growing is a matter of writing down the new one, on the volume first: a claim must not
// show more than its volume has.
func followGrowth(ctx context.Context, client kubernetes.Interface) {
	factory := informers.NewSharedInformerFactory(client, 0)
	grow := func(object any) {
		claim, ok := object.(*corev1.PersistentVolumeClaim)
		if !ok || !wantsMore(claim) {
			return
		}
		if err := grantSize(ctx, client, claim); err != nil && !apierrors.IsNotFound(err) {
			klog.ErrorS(err, "volume cannot grow", "claim", klog.KObj(claim))
		}
	}
	_, err := factory.Core().V1().PersistentVolumeClaims().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    grow,
		UpdateFunc: func(_, object any) { grow(object) },
	})
	if err != nil {
		klog.Fatal(err)
	}
	factory.Start(ctx.Done())
}

func wantsMore(claim *corev1.PersistentVolumeClaim) bool {
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	has, known := claim.Status.Capacity[corev1.ResourceStorage]
	return claim.Status.Phase == corev1.ClaimBound && known && claim.Spec.VolumeName != "" && wanted.Cmp(has) > 0
}

func grantSize(ctx context.Context, client kubernetes.Interface, claim *corev1.PersistentVolumeClaim) error {
	volume, err := client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
	if err != nil || volume.Annotations[provisionedBy] != provisionerName {
		return err
	}
	size := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	_, err = client.CoreV1().PersistentVolumes().Patch(ctx, volume.Name, types.MergePatchType, capacityPatch("spec", size), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().PersistentVolumeClaims(claim.Namespace).Patch(ctx, claim.Name, types.MergePatchType,
		capacityPatch("status", size), metav1.PatchOptions{}, "status")
	return err
}

func capacityPatch(part string, size resource.Quantity) []byte {
	patch, err := json.Marshal(map[string]any{part: map[string]any{"capacity": map[string]string{"storage": size.String()}}})
	if err != nil {
		panic(err) // strings in maps
	}
	return patch
}
