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
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// History is the records of one release, oldest first, and the store that keeps them.
type History struct {
	store   *storage.Storage
	records []*release.Release
}

// readHistory lists the records of a release. A 403 is retried for a moment: the controller binds its
// role in a new namespace just before, and the API server's authorizer learns of it milliseconds later.
func readHistory(ctx context.Context, store *storage.Storage, name string) (*History, error) {
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
				return nil, failedf(codeInternal, "a record of release %q cannot be read", name)
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

// Effective returns the records whose objects may exist: from the last deployed one on.
func (h *History) Effective() []*release.Release {
	for index := len(h.records) - 1; index >= 0; index-- {
		if h.records[index].Info.Status == common.StatusDeployed {
			return h.records[index:]
		}
	}
	return h.records
}

// Add creates a record. Errors: Conflict if another writer was faster.
func (h *History) Add(record *release.Release) error {
	if err := h.store.Create(record); err != nil {
		if errors.Is(err, driver.ErrReleaseExists) {
			return failedf(codeConflict, "revision %d was written by somebody else", record.Version)
		}
		return err
	}
	h.records = append(h.records, record)
	return nil
}

// Mark gives a record a new status.
func (h *History) Mark(record *release.Release, status common.Status, description string) error {
	record.SetStatus(status, description)
	return h.store.Update(record)
}

// Succeed records that newest is what runs now, and forgets what lies beyond keep records.
func (h *History) Succeed(newest *release.Release, description string, keep int) error {
	if err := h.Mark(newest, common.StatusDeployed, description); err != nil {
		return err
	}
	for _, record := range h.records {
		if record != newest && record.Info.Status == common.StatusDeployed {
			if err := h.Mark(record, common.StatusSuperseded, record.Info.Description); err != nil {
				return err
			}
		}
	}
	return h.Forget(len(h.records) - keep)
}

// Forget deletes the oldest count records.
func (h *History) Forget(count int) error {
	for range max(0, min(count, len(h.records))) {
		oldest := h.records[0]
		_, err := h.store.Delete(oldest.Name, oldest.Version)
		if err != nil && !errors.Is(err, driver.ErrReleaseNotFound) && !apierrors.IsNotFound(err) {
			return fmt.Errorf("revision %d: %w", oldest.Version, err)
		}
		h.records = h.records[1:]
	}
	return nil
}
