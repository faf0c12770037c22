package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/kubernetes/scheme"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/util/flowcontrol"

	"helm.sh/helm/v4/pkg/chart/common"
)

// fieldManager is Helm's own, so that the Helm command can take over a release without conflicts.
const fieldManager = "helm"

// capabilitiesLifetime is how long the API server's version and API list count as known.
const capabilitiesLifetime = 10 * time.Minute

// claimPatience is how long a volume claim without a volume may take to go: one of the workers waits for it.
const claimPatience = 10 * time.Second

// Cluster writes objects to one API server over one pool of connections. Safe for concurrent use.
type Cluster struct {
	secrets   typedcore.SecretsGetter
	objects   rest.Interface
	discovery discovery.CachedDiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	mappings  sync.Map // schema.GroupVersionKind → *meta.RESTMapping

	mutex        sync.Mutex
	capabilities *common.Capabilities
	readAt       time.Time
}

// newCluster prepares the clients; it does not connect. With a lease nothing is written when that is over.
func newCluster(config *rest.Config, qps float32, burst int, lease *Lease) (*Cluster, error) {
	config = rest.CopyConfig(config)
	if lease != nil {
		config.Dial = dialer(lease).DialContext
		config.Wrap(func(next http.RoundTripper) http.RoundTripper { return fence{next, lease} })
	}
	config.UserAgent = "storefleet-helm"
	config.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(qps, burst)
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}

	compact := rest.CopyConfig(config) // protobuf: no base64 around the release records
	compact.ContentType = "application/vnd.kubernetes.protobuf"
	compact.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	secrets, err := typedcore.NewForConfigAndClient(compact, transport)
	if err != nil {
		return nil, err
	}
	generic := rest.CopyConfig(config)
	generic.APIPath = "/"
	generic.GroupVersion = &schema.GroupVersion{}
	generic.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	objects, err := rest.RESTClientForConfigAndClient(generic, transport)
	if err != nil {
		return nil, err
	}
	direct, err := discovery.NewDiscoveryClientForConfigAndClient(config, transport)
	if err != nil {
		return nil, err
	}
	cached := memory.NewMemCacheClient(direct)
	return &Cluster{
		secrets:   secrets,
		objects:   objects,
		discovery: cached,
		mapper:    restmapper.NewDeferredDiscoveryRESTMapper(cached),
	}, nil
}

// Capabilities tells templates what the API server offers.
func (c *Cluster) Capabilities() (*common.Capabilities, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.capabilities != nil && time.Since(c.readAt) < capabilitiesLifetime {
		return c.capabilities, nil
	}
	version, err := c.discovery.ServerVersion()
	if err != nil {
		return nil, err
	}
	groups, lists, err := c.discovery.ServerGroupsAndResources()
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		return nil, err
	}
	var versions common.VersionSet
	for _, group := range groups {
		for _, version := range group.Versions {
			versions = append(versions, version.GroupVersion)
		}
	}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			versions = append(versions, list.GroupVersion+"/"+resource.Kind)
		}
	}
	c.capabilities = &common.Capabilities{
		APIVersions: versions,
		KubeVersion: common.KubeVersion{
			Version: version.GitVersion, Major: version.Major, Minor: version.Minor,
		},
		HelmVersion: common.DefaultCapabilities.HelmVersion,
	}
	c.readAt = time.Now()
	return c.capabilities, nil
}

// Apply writes objects by server-side apply: first those that run nothing, then those that do, each
// group at once. What others set of an object of the release is taken from them; on a first install an
// object that is not the release's is not taken over. Returns what each came to, by kind and name: its
// fingerprint.
func (c *Cluster) Apply(ctx context.Context, objects []Object, how How) (map[string]string, error) {
	var first, second []Object
	for _, object := range objects {
		if object.Runs() {
			second = append(second, object)
		} else {
			first = append(first, object)
		}
	}
	prints := map[string]string{}
	var mutex sync.Mutex
	write := func(object Object) error {
		written, err := c.applyWhole(ctx, object, how)
		if err != nil {
			return fmt.Errorf("%s: %w", object.Key(), err)
		}
		mutex.Lock()
		defer mutex.Unlock()
		prints[object.GetKind()+"/"+object.GetName()] = fingerprint(written, fieldManager)
		return nil
	}
	for _, group := range [][]Object{first, second} {
		if err := each(group, write); err != nil {
			return nil, err
		}
	}
	return prints, nil
}

// applyWhole makes the object what the chart says, also where others set fields that the chart does not have.
func (c *Cluster) applyWhole(ctx context.Context, object Object, how How) (map[string]any, error) {
	path, err := c.path(object)
	if err != nil {
		return nil, err
	}
	if uid := how.Claims[object.GetName()]; uid != "" && object.GetKind() == "PersistentVolumeClaim" {
		object = Object{*object.DeepCopy()}
		object.SetUID(types.UID(uid)) // the API server makes no other one in its place
	}
	written, err := c.apply(ctx, path, object, how.Force)
	if apierrors.IsConflict(err) && !how.Force {
		if c.isOurs(ctx, path, object) {
			written, err = c.apply(ctx, path, object, true)
		}
	}
	if apierrors.IsInvalid(err) {
		present := c.known(ctx, path)
		if object.GetKind() == "PersistentVolumeClaim" && present != nil {
			return c.applyClaim(ctx, path, object, present, err)
		}
		// What somebody changed may stand beside what is applied: a port of another number by the same name.
		if taken, failure := c.takeOver(ctx, path, present); taken && failure == nil {
			return c.apply(ctx, path, object, true)
		}
	}
	if err != nil {
		return nil, err
	}
	if taken, err := c.takeOver(ctx, path, written); err != nil || !taken {
		return written, err
	}
	return c.apply(ctx, path, object, true)
}

// known is the object that is there, or nil.
func (c *Cluster) known(ctx context.Context, path string) map[string]any {
	raw, err := c.objects.Get().AbsPath(path).Do(ctx).Raw()
	if err != nil {
		return nil
	}
	decoded, _ := decodeJSON(raw)
	object, _ := decoded.(map[string]any)
	return object
}

// applyClaim changes a volume claim that is there, where the API server refuses to: for one with a volume another
// class means nothing, and one that never got a volume holds no data and is made anew.
func (c *Cluster) applyClaim(ctx context.Context, path string, object Object, present map[string]any, refusal error) (map[string]any, error) {
	const class = "storageClassName"
	volume, _, _ := unstructured.NestedString(present, "spec", "volumeName")
	phase, _, _ := unstructured.NestedString(present, "status", "phase")
	if volume == "" && phase == "Pending" {
		return c.replaceClaim(ctx, path, object, present)
	}
	has, _, _ := unstructured.NestedString(present, "spec", class)
	wanted, _, _ := unstructured.NestedString(object.Object, "spec", class)
	if has == wanted {
		return nil, refusal
	}
	object = Object{*object.DeepCopy()}
	if err := unstructured.SetNestedField(object.Object, has, "spec", class); err != nil {
		return nil, err
	}
	return c.apply(ctx, path, object, true)
}

// replaceClaim makes the claim anew, if it still is as it was seen: one that was bound meanwhile stays.
func (c *Cluster) replaceClaim(ctx context.Context, path string, object Object, present map[string]any) (map[string]any, error) {
	seen := unstructured.Unstructured{Object: present}
	uid, version := seen.GetUID(), seen.GetResourceVersion()
	options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version}}
	if err := c.objects.Delete().AbsPath(path).Body(&options).Do(ctx).Error(); err != nil && !apierrors.IsNotFound(err) {
		return nil, err
	}
	// Kubernetes looks for pods that use it first; those that wait for a volume do not run.
	ctx, cancel := context.WithTimeout(ctx, claimPatience)
	defer cancel()
	for {
		err := c.objects.Get().AbsPath(path).Do(ctx).Error()
		if apierrors.IsNotFound(err) {
			break
		}
		if ctx.Err() != nil {
			return nil, failedf(codeConflict, "the claim without a volume is still being deleted")
		}
		time.Sleep(20 * time.Millisecond) // also where the API server is away for a moment
	}
	object = Object{*object.DeepCopy()}
	object.SetUID("")
	return c.apply(ctx, path, object, true)
}

// takeOver makes the release the owner of what others set of the object; false where they set nothing.
func (c *Cluster) takeOver(ctx context.Context, path string, object map[string]any) (bool, error) {
	fields := takeOver(object)
	metadata, _ := object["metadata"].(map[string]any)
	if fields == nil || metadata == nil {
		return false, nil
	}
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": metadata["resourceVersion"], "managedFields": fields}})
	if err != nil {
		return false, err
	}
	return true, c.objects.Patch(types.MergePatchType).AbsPath(path).Body(body).Do(ctx).Error()
}

// isOurs says whether an object that is there belongs to this very release, whose record is lost.
func (c *Cluster) isOurs(ctx context.Context, path string, object Object) bool {
	known := unstructured.Unstructured{Object: c.known(ctx, path)}
	const name = "meta.helm.sh/release-name"
	return known.Object != nil && known.GetAnnotations()[name] == object.GetAnnotations()[name]
}

func (c *Cluster) apply(ctx context.Context, path string, object Object, force bool) (map[string]any, error) {
	body, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		request := c.objects.Patch(types.ApplyPatchType).AbsPath(path).
			Param("fieldManager", fieldManager).Param("fieldValidation", metav1.FieldValidationStrict)
		if force {
			request.Param("force", "true")
		}
		result := request.Body(body).Do(ctx)
		err := result.Error() // unlike Raw's, with what the API server says about it
		if err == nil {
			return writtenObject(result)
		}
		if attempt < 5 && isQuotaConflict(err) {
			time.Sleep(time.Duration(attempt) * 10 * time.Millisecond)
			continue
		}
		return nil, err
	}
}

// writtenObject reads the answer to a write; it fails where that went to an object that is being deleted and
// will be gone shortly.
func writtenObject(result rest.Result) (map[string]any, error) {
	raw, err := result.Raw()
	if err != nil {
		return nil, err
	}
	decoded, err := decodeJSON(raw)
	object, ok := decoded.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	if err != nil || !ok || metadata == nil {
		return nil, fmt.Errorf("the answer of the API server is no object")
	}
	if metadata["deletionTimestamp"] != nil {
		return nil, failedf(codeConflict, "it is still being deleted")
	}
	return object, nil
}

// isQuotaConflict recognises two writes that met in one ResourceQuota; the API server gives up on its
// own retries after a few.
func isQuotaConflict(err error) bool {
	return apierrors.IsConflict(err) && strings.Contains(err.Error(), "resourcequotas")
}

// Delete removes objects, their dependents in the background. What is gone already is no error.
func (c *Cluster) Delete(ctx context.Context, objects []Object) error {
	background := metav1.DeletePropagationBackground
	return each(objects, func(object Object) error {
		path, err := c.path(object)
		if meta.IsNoMatchError(err) {
			return nil // the kind has left the cluster, and its objects with it
		}
		if err != nil {
			return err
		}
		err = c.objects.Delete().AbsPath(path).Body(&metav1.DeleteOptions{PropagationPolicy: &background}).
			Do(ctx).Error()
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("%s: %w", object.Key(), err)
		}
		return nil
	})
}

// path is the object's address on the API server. Errors: NoMatch, InvalidChart for a cluster-scoped kind.
func (c *Cluster) path(object Object) (string, error) {
	mapping, err := c.mapping(object.GroupVersionKind())
	if err != nil {
		return "", fmt.Errorf("%s: %w", object.Key(), err)
	}
	if mapping.Scope.Name() != meta.RESTScopeNameNamespace {
		return "", failedf(codeInvalidChart, "%s: a store chart may only hold namespaced kinds", object.Key())
	}
	root := "/apis/" + mapping.Resource.GroupVersion().String()
	if mapping.Resource.Group == "" {
		root = "/api/" + mapping.Resource.Version
	}
	return root + "/namespaces/" + object.GetNamespace() + "/" + mapping.Resource.Resource + "/" + object.GetName(), nil
}

func (c *Cluster) mapping(kind schema.GroupVersionKind) (*meta.RESTMapping, error) {
	if known, ok := c.mappings.Load(kind); ok {
		return known.(*meta.RESTMapping), nil
	}
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset() // the kind may be newer than the cache
		mapping, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, err
	}
	c.mappings.Store(kind, mapping)
	return mapping, nil
}

// each runs action on all objects at once and joins the errors.
func each(objects []Object, action func(Object) error) error {
	errs := make([]error, len(objects))
	var running sync.WaitGroup
	for index, object := range objects {
		running.Go(func() { errs[index] = action(object) })
	}
	running.Wait()
	return errors.Join(errs...)
}
