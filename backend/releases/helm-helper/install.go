package main

import (
	"context"
	"maps"
	"slices"
	"time"

	chartcommon "helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// install makes the release what the request says, whatever state it is in; nothing is written if its record
// says that it is that already.
func (r *Releases) install(ctx context.Context, history *History, request Request) (Outcome, error) {
	if last := history.Last(); last != nil && sameRelease(last, request) && history.store.isWhole(last) {
		return Outcome{record: last, unchanged: true}, nil
	}
	return r.upgrade(ctx, history, request)
}

// upgrade is install that writes all objects even if nothing changed, which undoes what others did to them.
func (r *Releases) upgrade(ctx context.Context, history *History, request Request) (Outcome, error) {
	values, from, err := r.inputs(request)
	if err != nil {
		return Outcome{}, err
	}
	if err := history.DropUnreadable(request.Release); err != nil {
		return Outcome{}, err
	}
	if err := unlock(history); err != nil {
		return Outcome{}, err
	}
	return r.deploy(ctx, history, request, from, values)
}

// restore writes all objects of what is deployed again, as its own record has them: a store whose upgrade has to
// wait is put back as it was. Nothing is recorded but their fingerprints, and tries that failed since do not matter.
func (r *Releases) restore(ctx context.Context, history *History, request Request) (Outcome, error) {
	deployed, _ := history.Effective()
	if len(deployed) == 0 || !history.store.isWhole(deployed[0]) {
		return Outcome{}, failedf(codeNotFound, "there is no record of a deployed release to restore")
	}
	record := deployed[0]
	objects, err := objectsOf(record, releaseutil.InstallOrder)
	if err != nil {
		return Outcome{}, err
	}
	prints, err := r.objects.Apply(ctx, objects, How{Force: true, Claims: request.Claims})
	if err != nil {
		return Outcome{}, err
	}
	late, cancel := r.closing(ctx, history, record.Namespace)
	defer cancel()
	late.store.seal(prints)
	return Outcome{record: record}, late.store.Update(record)
}

func (r *Releases) inputs(request Request) (map[string]any, *chart.Chart, error) {
	values, failure := parseValues(request.Values)
	if failure != nil {
		return nil, nil, failure
	}
	from, err := r.charts.Get(request.Chart)
	return values, from, err
}

func sameRelease(last *release.Release, request Request) bool {
	return last.Info.Status == common.StatusDeployed && last.Version == currentRevision &&
		request.Digest != "" && last.Labels[labelDigest] == request.Digest
}

func (r *Releases) deploy(ctx context.Context, history *History, request Request, from *chart.Chart,
	values map[string]any) (Outcome, error) {
	capabilities, err := r.objects.Capabilities()
	if err != nil {
		return Outcome{}, err
	}
	last := history.Last()
	record := &release.Release{
		Name:        request.Release,
		Namespace:   request.Namespace,
		Chart:       from,
		Config:      values,
		Version:     1,
		ApplyMethod: string(release.ApplyMethodServerSideApply),
		Info:        &release.Info{FirstDeployed: time.Now(), LastDeployed: time.Now()},
	}
	what, done := "Install", "Install complete"
	record.SetStatus(common.StatusPendingInstall, "Initial install underway")
	if last != nil {
		what, done = "Upgrade", "Upgrade complete"
		record.SetStatus(common.StatusPendingUpgrade, "Preparing upgrade")
		record.Version = last.Version + 1
		record.Info.FirstDeployed = last.Info.FirstDeployed
		record.Labels = maps.Clone(last.Labels)
		delete(record.Labels, labelDigest)
	}
	rendered, err := render(ctx, from, values, chartcommon.ReleaseOptions{
		Name: record.Name, Namespace: record.Namespace, Revision: record.Version,
		IsInstall: last == nil, IsUpgrade: last != nil,
	}, capabilities)
	if err != nil {
		return Outcome{}, err
	}
	record.Manifest, record.Hooks, record.Info.Notes = rendered.Manifest, rendered.Tests, rendered.Notes
	return r.replace(ctx, history, record, rendered.Objects, request, what, done)
}

// replace records record, writes its objects, removes those of earlier revisions that it does not
// have, and records how that went. Tries that failed before leave nothing but the last one's record: a change
// that fails for days uses up no quota.
func (r *Releases) replace(ctx context.Context, history *History, record *release.Release, objects []Object,
	request Request, what, done string) (Outcome, error) {
	deployed, tries := history.Effective()
	running, err := removable(deployed)
	if err != nil {
		return Outcome{}, err
	}
	tried, err := removable(tries)
	if err != nil {
		return Outcome{}, err
	}
	obsolete := minus(running, objects)
	if err := history.Doubt(); err != nil {
		return Outcome{}, err
	}
	if err := r.objects.Delete(ctx, minus(minus(tried, objects), running)); err != nil {
		return Outcome{}, err
	}
	// On a first install nobody else may have set a field; later the chart takes its fields back.
	how := How{Force: history.Last() != nil || history.lost, Claims: request.Claims}
	if err := history.Supersede(tries, record); err != nil {
		return Outcome{}, err
	}
	prints, err := r.objects.Apply(ctx, objects, how)
	if err == nil {
		err = r.objects.Delete(ctx, obsolete)
	}
	late, cancel := r.closing(ctx, history, record.Namespace)
	defer cancel()
	if err != nil {
		_ = late.Mark(record, common.StatusFailed, describeFailure(what, err)) // else found pending, and recovered
		return Outcome{}, err
	}
	if err := late.Succeed(record, done, request.Digest, prints); err != nil {
		return Outcome{}, err
	}
	return Outcome{record: late.Last()}, nil
}

// removable is what those revisions have that goes with them, the last to be removed at the end.
func removable(records []*release.Release) ([]Object, error) {
	var all []Object
	for _, record := range records {
		objects, err := objectsOf(record, releaseutil.UninstallOrder)
		if err != nil {
			return nil, err
		}
		all = append(all, minus(objects, all)...)
	}
	return slices.DeleteFunc(all, Object.Kept), nil
}
