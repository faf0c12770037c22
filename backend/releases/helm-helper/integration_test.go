package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	rcommon "helm.sh/helm/v4/pkg/release/common"
)

// realCluster needs an API server, with or without nodes: the tests look at objects, not at pods.
func realCluster(t testing.TB) (*Releases, *kubernetes.Clientset) {
	t.Helper()
	path := os.Getenv("KUBECONFIG")
	if path == "" {
		t.Skip("skipped: KUBECONFIG names no cluster")
	}
	config, err := restConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := newCluster(config, 1000, 1000, nil)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS, config.Burst = 1000, 1000
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("STOREFLEET_CHARTS")
	if folder == "" {
		folder = "testdata/charts"
	}
	return &Releases{
		objects: cluster,
		charts:  newCharts(folder),
		store:   cluster.Records,
	}, clients
}

func makeNamespace(t testing.TB, clients *kubernetes.Clientset) string {
	t.Helper()
	made, err := clients.CoreV1().Namespaces().Create(context.Background(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "helm-helper-test-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = clients.CoreV1().Namespaces().Delete(context.Background(), made.Name, metav1.DeleteOptions{})
	})
	return made.Name
}

func TestAgainstARealAPIServer(t *testing.T) {
	releases, clients := realCluster(t)
	ctx := context.Background()
	namespace := makeNamespace(t, clients)
	do := func(op Operation, values string) Reply {
		return releases.Handle(ctx, Request{ID: "1", Op: op, Namespace: namespace, Release: "store", Chart: "shop",
			Values: []byte(values), Digest: digestOf(values), DeadlineMs: 20000})
	}
	mustDo := func(op Operation, values string) Reply {
		t.Helper()
		reply := do(op, values)
		if !reply.OK {
			t.Fatalf("%s: %v", op, reply.Error)
		}
		return reply
	}
	history := func() []string {
		t.Helper()
		secrets, err := clients.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{LabelSelector: "owner=helm,name=store"})
		if err != nil {
			t.Fatal(err)
		}
		lines := []string{}
		for _, secret := range secrets.Items {
			wantEqual(t, "type", secret.Type, "helm.sh/release.v1")
			lines = append(lines, secret.Labels["version"]+" "+secret.Labels["status"])
		}
		slices.Sort(lines)
		return lines
	}

	wantEqual(t, "install", mustDo(opInstall, `{"cache":true}`).Release.Revision, 1)
	wantEqual(t, "again", mustDo(opInstall, `{"cache":true}`).Unchanged, true)
	deployment, err := clients.AppsV1().Deployments(namespace).Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "owner", deployment.Labels["app.kubernetes.io/managed-by"], "Helm")
	wantEqual(t, "manager", deployment.ManagedFields[0].Manager, "helm")

	wantEqual(t, "other values", mustDo(opInstall, `{}`).Unchanged, false)
	if _, err := clients.CoreV1().Services(namespace).Get(ctx, "cache", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Fatalf("a removed service is still there: %v", err)
	}
	wantEqual(t, "history", history(), []string{"1 deployed"})

	if err := clients.CoreV1().Services(namespace).Delete(ctx, "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	mustDo(opUpgrade, `{}`)
	if _, err := clients.CoreV1().Services(namespace).Get(ctx, "web", metav1.GetOptions{}); err != nil {
		t.Fatalf("upgrade did not bring back what was deleted by hand: %v", err)
	}
	wantCode(t, do(opInstall, `{"port":70000}`), codeInvalidChart, "must be between 1 and 65535")
	wantEqual(t, "after a refused object", history(), []string{"1 deployed", "2 failed"})
	mustDo(opInstall, `{"port":81}`)
	wantEqual(t, "and then", history(), []string{"1 deployed"})

	store := releases.store(ctx, namespace)
	last, err := readHistory(ctx, store, "store")
	if err != nil {
		t.Fatal(err)
	}
	if err := last.Mark(last.Last(), rcommon.StatusPendingUpgrade, "left behind"); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "recovered", mustDo(opInstall, `{"port":81}`).Unchanged, false)
	wantEqual(t, "history", history(), []string{"1 deployed"})

	mustDo(opUninstall, ``)
	wantEqual(t, "records", history(), []string{})
	maps, err := clients.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=Helm"})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "kept", len(maps.Items), 1)
	wantEqual(t, "gone", mustDo(opUninstall, ``).Unchanged, true)

	wantCode(t, releases.Handle(ctx, Request{ID: "1", Op: opInstall, Namespace: "there-is-no-such-namespace",
		Release: "store", Chart: "shop"}), codeNotFound, "there-is-no-such-namespace")
}

func TestAnObjectOfSomebodyElseIsNotTakenOver(t *testing.T) {
	releases, clients := realCluster(t)
	namespace := makeNamespace(t, clients)
	_, err := clients.CoreV1().ConfigMaps(namespace).Create(context.Background(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "settings"}, Data: map[string]string{"port": "theirs"}}, metav1.CreateOptions{FieldManager: "them"})
	if err != nil {
		t.Fatal(err)
	}
	reply := releases.Handle(context.Background(), Request{ID: "1", Op: opInstall, Namespace: namespace, Release: "store", Chart: "shop"})
	wantCode(t, reply, codeConflict, "settings")
}

func TestAnUnreachableAPIServer(t *testing.T) {
	config, err := restConfig("testdata/nobody.kubeconfig")
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := newCluster(config, 100, 100, nil)
	if err != nil {
		t.Fatal(err)
	}
	releases := &Releases{objects: cluster, charts: newCharts("testdata/charts"), store: cluster.Records}
	reply := releases.Handle(context.Background(), Request{ID: "1", Op: opInstall, Namespace: "n", Release: "store", Chart: "shop"})
	wantCode(t, reply, codeUnreachable, "")
}

func digestOf(values string) string {
	sum := sha256.Sum256([]byte(values))
	return hex.EncodeToString(sum[:8])
}

// changedByHand is what people do to a Deployment, each as its own merge patch or, with a list, JSON patch.
var changedByHand = map[string]string{
	"replicas":  `{"spec":{"replicas":3}}`,
	"image":     `[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"example.com/other:1"}]`,
	"variable":  `[{"op":"add","path":"/spec/template/spec/containers/0/env","value":[{"name":"DEBUG","value":"1"}]}]`,
	"label":     `{"metadata":{"labels":{"app.kubernetes.io/managed-by":"somebody"}}}`,
	"new label": `{"metadata":{"labels":{"theirs":"yes"}}}`,
	"ownership": `{"metadata":{"managedFields":[{}]}}`,
	"pod label": `{"spec":{"template":{"metadata":{"annotations":{"restarted":"now"}}}}}`,
}

func TestWhatIsChangedByHandIsSeenAndPutBack(t *testing.T) {
	releases, clients := realCluster(t)
	namespace, ctx := makeNamespace(t, clients), context.Background()
	do := func(op Operation) {
		t.Helper()
		reply := releases.Handle(ctx, Request{ID: "1", Op: op, Namespace: namespace, Release: "store", Chart: "shop", Digest: "d1"})
		if !reply.OK {
			t.Fatalf("%s: %v", op, reply.Error)
		}
	}
	deployment := func() map[string]any {
		t.Helper()
		raw, err := clients.AppsV1().RESTClient().Get().Namespace(namespace).Resource("deployments").Name("web").Do(ctx).Raw()
		if err != nil {
			t.Fatal(err)
		}
		object, err := decodeJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		return object.(map[string]any)
	}
	noted := func() string {
		t.Helper()
		record, err := clients.CoreV1().Secrets(namespace).Get(ctx, "sh.helm.release.v1.store.v1", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "digest", record.Labels[labelDigest], "d1")
		objects := map[string]string{}
		if err := json.Unmarshal([]byte(record.Annotations[annotationObjects]), &objects); err != nil {
			t.Fatal(err)
		}
		return objects["Deployment/web"]
	}

	do(opInstall)
	clean := fingerprint(deployment(), fieldManager)
	wantEqual(t, "noted", noted(), clean)
	for what, patch := range changedByHand {
		kind := types.MergePatchType
		if patch[0] == '[' {
			kind = types.JSONPatchType
		}
		_, err := clients.AppsV1().Deployments(namespace).Patch(ctx, "web", kind, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-edit"})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if what != "new label" && fingerprint(deployment(), fieldManager) == clean {
			t.Errorf("%s: not seen", what)
		}
		do(opUpgrade)
		wantEqual(t, what+" is put back", fingerprint(deployment(), fieldManager), clean)
		wantEqual(t, what+" noted", noted(), clean)
	}
}

// BenchmarkInstall: releases a second, each into a namespace of its own. STOREFLEET_CHARTS and
// STOREFLEET_CHART choose another chart, STOREFLEET_VALUES its values.
func BenchmarkInstall(b *testing.B) {
	for _, workers := range []int{1, 8} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) { benchmarkInstall(b, workers) })
	}
}

func benchmarkInstall(b *testing.B, workers int) {
	releases, clients := realCluster(b)
	chart := os.Getenv("STOREFLEET_CHART")
	if chart == "" {
		chart = "shop"
	}
	namespaces := make([]string, b.N)
	for index := range namespaces {
		namespaces[index] = makeNamespace(b, clients)
	}
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	lanes := newLanes(workers)
	for index, namespace := range namespaces {
		lanes.Submit(namespace, func() {
			start := time.Now()
			reply := releases.Handle(context.Background(), Request{ID: fmt.Sprint(index), Op: opInstall,
				Namespace: namespace, Release: "store", Chart: chart, Values: []byte(os.Getenv("STOREFLEET_VALUES"))})
			if !reply.OK {
				b.Error(reply.Error)
			}
			took[index] = time.Since(start)
		})
	}
	lanes.Close()
	lanes.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "releases/s")
	b.ReportMetric(float64(took[b.N/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[b.N*95/100].Milliseconds()), "p95-ms")
}
