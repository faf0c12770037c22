package main

import (
	"context"

	"helm.sh/helm/v4/pkg/release/common"
)

// uninstall deletes the objects of all records that may have some, then the records. A release in any
// state is taken, an interrupted uninstall is finished, a missing release is no error. Objects with
// the resource policy "keep" stay, and volume claims.
func (r *Releases) uninstall(ctx context.Context, history *History, name string) (Outcome, error) {
	if err := history.DropUnreadable(name); err != nil {
		return Outcome{}, err
	}
	last := history.Last()
	if last == nil {
		return Outcome{unchanged: true}, nil
	}
	if last.Info.Status != common.StatusUninstalled {
		objects, err := removable(history.records)
		if err != nil {
			return Outcome{}, err
		}
		// Recorded first: an interrupted uninstall must not look like a deployed release.
		if last.Info.Status != common.StatusUninstalling {
			if err := history.Mark(last, common.StatusUninstalling, "Deletion in progress (or silently failed)"); err != nil {
				return Outcome{}, err
			}
		}
		if err := r.objects.Delete(ctx, objects); err != nil {
			return Outcome{}, err
		}
	}
	return Outcome{}, history.Forget(len(history.records))
}
