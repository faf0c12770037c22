package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// currentRevision is the revision that every deployed release has. The name of its record is then always the
// same: the controller may watch the Secrets of that name, and no others (docs/0012-truth.md). An upgrade
// under way has a record of its own, of a higher revision, which goes when it has succeeded.
const currentRevision = 1

// History is the records of one release, oldest first, and the store that keeps them.
type History struct {
	store   Records
	records []*release.Release
	// lost says that there were records which could not be read.
	lost bool
}

// readHistory lists the records of a release. A 403 is retried for a moment: the controller binds its
// role in a new namespace just before, and the API server's authorizer learns of it milliseconds later.
func readHistory(ctx context.Context, store Records, name string) (*History, error) {
	for delay := 20 * time.Millisecond; ; delay *= 2 {
		found, err := store.History(name)
		if apierrors.IsForbidden(err) && delay < time.Second {
			select {
			case <-time.After(delay):
				continue
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if err != nil && !errors.Is(err, driver.ErrReleaseNotFound) {
			return nil, err
		}
		history := &History{store: store}
		for _, record := range found {
			typed, ok := record.(*release.Release)
			if !ok || typed.Info == nil || typed.Chart == nil || typed.Chart.Metadata == nil {
				continue // somebody's: it says nothing, and goes with those that Helm cannot read (DropUnreadable)
			}
			// The driver hands back its own labels too and would write them into the next record.
			typed.Labels = userLabels(typed.Labels)
			history.records = append(history.records, typed)
		}
		slices.SortFunc(history.records, func(a, b *release.Release) int { return a.Version - b.Version })
		return history, nil
	}
}

func userLabels(labels map[string]string) map[string]string {
	own := maps.Clone(labels)
	maps.DeleteFunc(own, func(key, _ string) bool { return slices.Contains(driver.GetSystemLabels(), key) })
	return own
}

// Last is the newest record, or nil.
func (h *History) Last() *release.Release {
	if len(h.records) == 0 {
		return nil
	}
	return h.records[len(h.records)-1]
}

// Effective returns the records whose objects may exist: the last deployed one, if any, and the tries after it.
func (h *History) Effective() (deployed, tries []*release.Release) {
	for index := len(h.records) - 1; index >= 0; index-- {
		if h.records[index].Info.Status == common.StatusDeployed {
			return h.records[index : index+1], h.records[index+1:]
		}
	}
	return nil, h.records
}

// Add creates a record. Errors: Conflict if another writer was faster.
func (h *History) Add(record *release.Release) error {
	err := h.store.Create(record)
	if errors.Is(err, driver.ErrReleaseExists) && h.store.removeUnlabelled(record) {
		err = h.store.Create(record)
	}
	if errors.Is(err, driver.ErrReleaseExists) {
		return failedf(codeConflict, "revision %d was written by somebody else", record.Version)
	}
	if err != nil {
		return err
	}
	h.records = append(h.records, record)
	return nil
}

// Supersede adds a record and removes those of the tries before it. The last of them goes when the new one is
// there, so that what it has made is always on record.
func (h *History) Supersede(tries []*release.Release, record *release.Release) error {
	tries = slices.Clone(tries) // they are part of what changes here
	for _, try := range tries[:max(len(tries)-1, 0)] {
		if err := h.drop(try); err != nil {
			return err
		}
	}
	if err := h.Add(record); err != nil || len(tries) == 0 {
		return err
	}
	return h.drop(tries[len(tries)-1])
}

// Doubt takes its digest from the record of what is deployed, before anything is written: what an upgrade has begun
// and does not end must not be taken for what that record says.
func (h *History) Doubt() error {
	for _, record := range h.records {
		if record.Version == currentRevision && record.Labels[labelDigest] != "" {
			delete(record.Labels, labelDigest)
			return h.store.Update(record)
		}
	}
	return nil
}

// Mark gives a record a new status.
func (h *History) Mark(record *release.Release, status common.Status, description string) error {
	record.SetStatus(status, description)
	return h.store.Update(record)
}

// Succeed records that record is what runs now, as the only one and under the current revision; the digest
// comes last, so that a process which dies before leaves a release that is written again.
func (h *History) Succeed(record *release.Release, done, digest string, prints map[string]string) error {
	current := *record
	current.Version, current.Labels = currentRevision, maps.Clone(record.Labels)
	current.SetStatus(common.StatusDeployed, done)
	delete(current.Labels, labelDigest)
	if record.Version != currentRevision {
		if err := h.writeCurrent(&current); err != nil {
			return err
		}
		for _, other := range h.records {
			if err := h.remove(other); err != nil {
				return err
			}
		}
	}
	h.records = []*release.Release{&current}
	if digest != "" {
		current.Labels = with(current.Labels, labelDigest, digest)
		h.store.seal(prints)
	} else if record.Version != currentRevision {
		return nil
	}
	return h.store.Update(&current)
}

func (h *History) writeCurrent(current *release.Release) error {
	for _, record := range h.records {
		if record.Version == currentRevision {
			return h.store.Update(current)
		}
	}
	return h.store.Create(current)
}

func (h *History) drop(record *release.Release) error {
	if err := h.erase(record); err != nil {
		return err
	}
	h.records = slices.DeleteFunc(h.records, func(other *release.Release) bool { return other == record })
	return nil
}

func (h *History) remove(record *release.Release) error {
	if record.Version == currentRevision {
		return nil
	}
	return h.erase(record)
}

func (h *History) erase(record *release.Release) error {
	_, err := h.store.Delete(record.Name, record.Version)
	if err != nil && !errors.Is(err, driver.ErrReleaseNotFound) && !apierrors.IsNotFound(err) {
		return fmt.Errorf("revision %d: %w", record.Version, err)
	}
	return nil
}

// DropUnreadable deletes the records that are there and say nothing.
func (h *History) DropUnreadable(name string) error {
	known := map[string]bool{}
	for _, record := range h.records {
		known[recordName(record.Name, record.Version)] = true
	}
	count, err := h.store.removeUnreadable(name, known)
	h.lost = h.lost || count > 0
	return err
}

// Forget deletes the oldest count records.
func (h *History) Forget(count int) error {
	for range min(count, len(h.records)) {
		if err := h.drop(h.records[0]); err != nil {
			return err
		}
	}
	return nil
}
