package main

import (
	"context"
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	rcommon "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
)

const (
	settings = "ConfigMap/settings"
	kept     = "ConfigMap/kept"
	web      = "Service/web"
	cache    = "Service/cache"
	deploy   = "Deployment.apps/web"
)

func TestInstallCreatesAndReports(t *testing.T) {
	p := newPlatform(t)
	reply := p.mustDo(opInstall, withValues(`{"port": 8080}`))
	wantEqual(t, "release", *reply.Release, ReleaseView{Name: "store", Namespace: "store-a", Revision: 1,
		Status: "deployed", Chart: "shop", ChartVersion: "1.0.0",
		ValuesHash: hashValues(map[string]any{"port": 8080})})
	wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
	object := p.cluster.live[settings]
	wantEqual(t, "owner", object.GetAnnotations()["meta.helm.sh/release-name"], "store")
	wantEqual(t, "namespace", object.GetNamespace(), "store-a")
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
}

func TestInstallAgainWritesNothing(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, withValues(`{"port": 8080}`))
	writes := p.cluster.writes
	reply := p.mustDo(opInstall, withValues(`{"port":8080}`))
	wantEqual(t, "unchanged", reply.Unchanged, true)
	wantEqual(t, "revision", reply.Release.Revision, 1)
	wantEqual(t, "writes", p.cluster.writes, writes)
}

func TestInstallWithOtherValuesUpgradesAndRemovesWhatIsGone(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, withValues(`{"cache": true}`))
	wantEqual(t, "before", p.cluster.keys(), []string{kept, settings, deploy, cache, web})
	reply := p.mustDo(opInstall, withDigest("d2"))
	wantEqual(t, "unchanged", reply.Unchanged, false)
	wantEqual(t, "after", p.cluster.keys(), []string{kept, settings, deploy, web})
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
}

// The digest says what a chart is, not its version (F14).
func TestAChangedChartOfTheSameVersionIsInstalled(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, nil)
	wantEqual(t, "label", p.labels()[labelDigest], "d1")
	writes := p.cluster.writes
	wantEqual(t, "unchanged", p.mustDo(opInstall, withDigest("d2")).Unchanged, false)
	wantEqual(t, "writes", p.cluster.writes > writes, true)
	wantEqual(t, "label", p.labels()[labelDigest], "d2")
}

func TestWhatFailedIsNotSaidToBeThere(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, nil)
	p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
	wantCode(t, p.do(opInstall, withDigest("d2")), codeTimeout, "slow")
	wantEqual(t, "history", p.history(), []string{"1 deployed", "2 failed"})
	delete(p.cluster.refuse, deploy)
	wantEqual(t, "unchanged", p.mustDo(opInstall, nil).Unchanged, false)
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
}

func TestTriesThatFailPileUpNothing(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, nil)
	p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
	for range 12 {
		wantCode(t, p.do(opInstall, func(r *Request) { withDigest("d2")(r); withValues(`{"cache": true}`)(r) }), codeTimeout, "slow")
		wantEqual(t, "records", len(p.history()), 2)
	}
	wantEqual(t, "of the try", p.cluster.keys(), []string{kept, settings, deploy, cache, web})
	wantCode(t, p.do(opInstall, withDigest("d3")), codeTimeout, "slow")
	wantEqual(t, "records", len(p.history()), 2)
	wantEqual(t, "what a try made went with its record", p.cluster.keys(), []string{kept, settings, deploy, web})
	delete(p.cluster.refuse, deploy)
	p.mustDo(opInstall, withDigest("d3"))
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
}

func TestRestoreWritesWhatIsDeployedByItsOwnRecord(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, withValues(`{"cache": true}`))
	delete(p.cluster.live, cache)
	p.mustDo(opRestore, func(r *Request) { r.Chart, r.Values, r.Digest = "", nil, "" })
	wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, cache, web})
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
	wantEqual(t, "label", p.labels()[labelDigest], "d1")
}

func TestRestoreThatFailsIsMadeAgain(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, nil)
	delete(p.cluster.live, web)
	p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
	wantCode(t, p.do(opRestore, nil), codeTimeout, "slow")
	delete(p.cluster.refuse, deploy)
	p.mustDo(opRestore, nil)
	wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
	wantEqual(t, "label", p.labels()[labelDigest], "d1")
}

func TestARecordThatSaysNothingIsNone(t *testing.T) {
	p := newPlatform(t)
	store := p.releases.store(context.Background(), "store-a")
	hollow := &release.Release{Name: "store", Namespace: "store-a", Version: 7, Info: &release.Info{Status: rcommon.StatusDeployed}}
	if err := store.Create(hollow); err != nil {
		t.Fatal(err)
	}
	history, err := readHistory(context.Background(), store, "store")
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "records", len(history.records), 0)
}

func TestRestoreNeedsARecordOfWhatIsDeployed(t *testing.T) {
	p := newPlatform(t)
	wantCode(t, p.do(opRestore, nil), codeNotFound, "no record")
	p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
	wantCode(t, p.do(opInstall, nil), codeTimeout, "slow")
	wantCode(t, p.do(opRestore, nil), codeNotFound, "no record")
}

// The controller sees the record of what was deployed last, and no other. Whatever an upgrade that did not end has
// written, that record must not be taken for what is there: not where the old values are wanted again, and not where
// the upgrade was to put something back.
func TestWhatAnUpgradeBeganIsNotWhatWasDeployed(t *testing.T) {
	for op, digest := range map[Operation]string{opInstall: "d2", opUpgrade: "d1"} {
		p := newPlatform(t)
		p.mustDo(opInstall, nil)
		p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
		wantCode(t, p.do(op, withDigest(digest)), codeTimeout, "slow")
		wantEqual(t, "history", p.history(), []string{"1 deployed", "2 failed"})
		wantEqual(t, "label", p.labelsOf(1)[labelDigest], "")
	}
}

func TestUpgradeWritesEvenWhatIsTheSame(t *testing.T) {
	p := newPlatform(t)
	p.mustDo(opInstall, nil)
	delete(p.cluster.live, web) // somebody removed it by hand
	p.mustDo(opUpgrade, nil)
	wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
}

func TestFailedInstallIsRecordedAndRetried(t *testing.T) {
	p := newPlatform(t)
	p.cluster.refuse[deploy] = apierrors.NewForbidden(schema.GroupResource{Resource: "deployments"}, "web", errors.New("exceeded quota"))
	wantCode(t, p.do(opInstall, nil), codeForbidden, "exceeded quota")
	wantEqual(t, "history", p.history(), []string{"1 failed"})
	delete(p.cluster.refuse, deploy)
	p.mustDo(opInstall, nil)
	wantEqual(t, "history", p.history(), []string{"1 deployed"})
}

func TestInterruptedOperationsAreRecovered(t *testing.T) {
	for _, status := range []rcommon.Status{rcommon.StatusPendingInstall, rcommon.StatusPendingUpgrade,
		rcommon.StatusPendingRollback} {
		t.Run("install after "+status.String(), func(t *testing.T) {
			p := newPlatform(t)
			p.mustDo(opInstall, withValues(`{"cache": true}`))
			p.leave(status)
			reply := p.mustDo(opInstall, nil)
			wantEqual(t, "status", reply.Release.Status, "deployed")
			wantEqual(t, "history", p.history(), []string{"1 deployed"})
			wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
		})
	}
	t.Run("what an interrupted upgrade created is removed again", func(t *testing.T) {
		p := newPlatform(t)
		p.mustDo(opInstall, nil)
		p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
		p.do(opInstall, func(r *Request) { r.Digest, r.Values = "d2", []byte(`{"cache": true}`) })
		wantEqual(t, "between", p.cluster.keys(), []string{kept, settings, deploy, cache, web})
		delete(p.cluster.refuse, deploy)
		p.leave(rcommon.StatusPendingUpgrade)
		p.mustDo(opInstall, withValues(`{"port": 81}`))
		wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
	})
	t.Run("install takes an interrupted uninstall back", func(t *testing.T) {
		p := newPlatform(t)
		p.mustDo(opInstall, nil)
		p.leave(rcommon.StatusUninstalling)
		reply := p.mustDo(opInstall, nil)
		wantEqual(t, "unchanged", reply.Unchanged, false)
		wantEqual(t, "history", p.history(), []string{"1 deployed"})
		wantEqual(t, "objects", p.cluster.keys(), []string{kept, settings, deploy, web})
	})
	for _, status := range []rcommon.Status{rcommon.StatusPendingInstall, rcommon.StatusPendingUpgrade,
		rcommon.StatusPendingRollback, rcommon.StatusUninstalling, rcommon.StatusFailed, rcommon.StatusUninstalled} {
		t.Run("uninstall after "+status.String(), func(t *testing.T) {
			p := newPlatform(t)
			p.mustDo(opInstall, nil)
			p.leave(status)
			p.mustDo(opUninstall, nil)
			wantEqual(t, "history", p.history(), []string{})
			if status != rcommon.StatusUninstalled {
				wantEqual(t, "objects", p.cluster.keys(), []string{kept})
			}
		})
	}
}

func TestUninstallOfAMissingReleaseIsFine(t *testing.T) {
	reply := newPlatform(t).mustDo(opUninstall, nil)
	wantEqual(t, "unchanged", reply.Unchanged, true)
	if reply.Release != nil {
		t.Fatal("a release out of nowhere")
	}
}

func TestWhatIsRefusedWritesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Request)
		code   Code
		text   string
	}{
		"schema":        {withValues(`{"port": "eighty"}`), codeInvalidValues, "port"},
		"unknown value": {withValues(`{"colour": "red"}`), codeInvalidValues, "colour"},
		"fail":          {withValues(`{"fail": "not like this"}`), codeInvalidValues, "not like this"},
		"no object":     {withValues(`[]`), codeInvalidValues, "object"},
		"huge number":   {withValues(`{"port": 9007199254740993}`), codeInvalidValues, "2^53"},
		"no chart":      {func(r *Request) { r.Chart = "none" }, codeInvalidChart, "none"},
		"path":          {func(r *Request) { r.Chart = "../charts/shop" }, codeInvalidChart, "not a chart name"},
		"release name":  {func(r *Request) { r.Release = "Not_A_Name" }, codeInvalidRequest, "invalid release name"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t)
			wantCode(t, p.do(opInstall, c.change), c.code, c.text)
			wantEqual(t, "objects", p.cluster.keys(), []string{})
			wantEqual(t, "history", p.history(), []string{})
		})
	}
}

func TestDeadlineBecomesTimeoutAndIsRecorded(t *testing.T) {
	p := newPlatform(t)
	p.cluster.refuse[deploy] = apierrors.NewTimeoutError("slow", 1)
	wantCode(t, p.do(opInstall, func(r *Request) { r.DeadlineMs = 1000 }), codeTimeout, "slow")
	wantEqual(t, "history", p.history(), []string{"1 failed"})
}

func TestErrorCodes(t *testing.T) {
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	terminating := apierrors.NewForbidden(deployments, "web", errors.New("namespace is being terminated"))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: "NamespaceTerminating"}}
	for want, err := range map[Code]error{
		codeNotFound:      apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "store-a"),
		codeAlreadyExists: apierrors.NewAlreadyExists(deployments, "web"),
		codeInvalidChart:  apierrors.NewBadRequest("unknown field"),
		codeForbidden:     apierrors.NewForbidden(deployments, "web", errors.New("no")),
		codeConflict:      terminating,
		codeTimeout:       apierrors.NewServerTimeout(deployments, "get", 1),
		codeUnreachable:   apierrors.NewServiceUnavailable("no"),
		codeInternal:      errors.New("what"),
	} {
		wantEqual(t, err.Error(), classify(err).Code, want)
	}
}
