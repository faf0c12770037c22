package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"

	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// What the record of a release says besides what Helm keeps in it. The controller reads it from its watch, so
// that a record which anybody else wrote is seen (docs/0012-truth.md).
const (
	// labelDigest has the digest that the request gave, of chart files and values: once all is written.
	labelDigest = "storefleet.dev/release"
	// annotationContent has the first half of the SHA-256 of the record's content.
	annotationContent = "storefleet.dev/content"
	// annotationObjects has the fingerprints of the release's objects, as JSON: "Kind/name" → fingerprint.
	annotationObjects = "storefleet.dev/objects"
)

// Records is where the records of a namespace's releases are kept.
type Records struct {
	*storage.Storage
	secrets *recordSecrets // nil where they are kept in memory, for tests
}

// Records opens those of a namespace; every call is bound to ctx.
func (c *Cluster) Records(ctx context.Context, namespace string) Records {
	secrets := &recordSecrets{SecretInterface: c.secrets.Secrets(namespace), ctx: ctx}
	return Records{storage.Init(driver.NewSecrets(secrets)), secrets}
}

// seal adds the fingerprints to what is written from now on.
func (r Records) seal(prints map[string]string) {
	if r.secrets != nil {
		r.secrets.prints = prints
	}
}

// recordSecrets gives Helm's storage driver, which knows no deadlines, those of ctx, and sees what the driver
// keeps to itself: records that cannot be read.
type recordSecrets struct {
	typedcore.SecretInterface
	ctx    context.Context
	prints map[string]string
	listed []corev1.Secret // by the last List
}

func (r *recordSecrets) Get(_ context.Context, name string, o metav1.GetOptions) (*corev1.Secret, error) {
	return r.SecretInterface.Get(r.ctx, name, o)
}

func (r *recordSecrets) List(_ context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	list, err := r.SecretInterface.List(r.ctx, o)
	if err == nil {
		r.listed = list.Items
	}
	return list, err
}

func (r *recordSecrets) Create(_ context.Context, s *corev1.Secret, o metav1.CreateOptions) (*corev1.Secret, error) {
	return r.SecretInterface.Create(r.ctx, r.marked(s), o)
}

func (r *recordSecrets) Update(_ context.Context, s *corev1.Secret, o metav1.UpdateOptions) (*corev1.Secret, error) {
	return r.SecretInterface.Update(r.ctx, r.marked(s), o)
}

func (r *recordSecrets) Delete(_ context.Context, name string, o metav1.DeleteOptions) error {
	return r.SecretInterface.Delete(r.ctx, name, o)
}

// marked is the Secret with what the controller wants to see of it.
func (r *recordSecrets) marked(s *corev1.Secret) *corev1.Secret {
	if s.Labels[labelDigest] == "" {
		return r.doubted(s)
	}
	if r.prints == nil {
		return s
	}
	objects, err := json.Marshal(r.prints)
	if err != nil {
		return s // cannot happen; unmarked it is written again
	}
	return annotated(s, map[string]string{annotationContent: contentDigest(*s), annotationObjects: string(objects)})
}

// annotated is a copy of the Secret with these annotations besides its own.
func annotated(s *corev1.Secret, more map[string]string) *corev1.Secret {
	copied := s.DeepCopy()
	if copied.Annotations == nil {
		copied.Annotations = map[string]string{}
	}
	maps.Copy(copied.Annotations, more)
	return copied
}

// doubted is the Secret of a record that lost its digest: which objects there are, and so which data, is known
// as before.
func (r *recordSecrets) doubted(s *corev1.Secret) *corev1.Secret {
	for _, known := range r.listed {
		if objects := known.Annotations[annotationObjects]; known.Name == s.Name && objects != "" {
			return annotated(s, map[string]string{annotationObjects: objects})
		}
	}
	return s
}

// isWhole says whether the Secret of a record is as it was written.
func (r Records) isWhole(record *release.Release) bool {
	if r.secrets == nil {
		return true
	}
	for _, secret := range r.secrets.listed {
		if secret.Name == recordName(record.Name, record.Version) {
			return secret.Labels["status"] == "deployed" && secret.Annotations[annotationContent] == contentDigest(secret)
		}
	}
	return false
}

func recordName(release string, revision int) string {
	return fmt.Sprintf("sh.helm.release.v1.%s.v%d", release, revision)
}

func contentDigest(secret corev1.Secret) string {
	sum := sha256.Sum256(secret.Data["release"])
	return hex.EncodeToString(sum[:8])
}

// removeUnreadable deletes the records of a release that Helm's driver left out because they are not what it
// wrote, exactly those. Returns how many there were.
func (r Records) removeUnreadable(release string, known map[string]bool) (int, error) {
	if r.secrets == nil {
		return 0, nil
	}
	count := 0
	for _, secret := range r.secrets.listed {
		if secret.Labels["name"] != release || known[secret.Name] {
			continue
		}
		uid := secret.UID
		options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}
		if err := r.secrets.Delete(r.secrets.ctx, secret.Name, options); err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

// removeUnlabelled deletes the Secret that has the name of that record, but not the labels by which Helm finds
// records. False where there is none.
func (r Records) removeUnlabelled(record *release.Release) bool {
	if r.secrets == nil {
		return false
	}
	name := recordName(record.Name, record.Version)
	secret, err := r.secrets.Get(r.secrets.ctx, name, metav1.GetOptions{})
	if err != nil || secret.Labels["owner"] == "helm" && secret.Labels["name"] == record.Name {
		return false
	}
	options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &secret.UID}}
	return r.secrets.Delete(r.secrets.ctx, name, options) == nil
}
