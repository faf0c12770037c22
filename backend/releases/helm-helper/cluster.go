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

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
// group at once. With force it takes over fields that another manager has set.
func (c *Cluster) Apply(ctx context.Context, objects []Object, force bool) error {
	var first, second []Object
	for _, object := range objects {
		if object.Runs() {
			second = append(second, object)
		} else {
			first = append(first, object)
		}
	}
	for _, group := range [][]Object{first, second} {
		if err := each(group, func(object Object) error { return c.apply(ctx, object, force) }); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) apply(ctx context.Context, object Object, force bool) error {
	path, err := c.path(object)
	if err != nil {
		return err
	}
	body, err := json.Marshal(object.Object)
	if err != nil {
		return fmt.Errorf("%s: %w", object.Key(), err)
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
			answer, err := result.Raw()
			if err != nil {
				return err
			}
			return refuseDying(object, answer)
		}
		if attempt < 5 && isQuotaConflict(err) {
			time.Sleep(time.Duration(attempt) * 10 * time.Millisecond)
			continue
		}
		return fmt.Errorf("%s: %w", object.Key(), err)
	}
}

// refuseDying fails if the write went to an object that is being deleted and will be gone shortly.
func refuseDying(object Object, answer []byte) error {
	var written struct {
		Metadata struct {
			DeletionTimestamp *string `json:"deletionTimestamp"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(answer, &written); err != nil {
		return fmt.Errorf("%s: answer of the API server: %w", object.Key(), err)
	}
	if written.Metadata.DeletionTimestamp != nil {
		return failedf(codeConflict, "%s is still being deleted", object.Key())
	}
	return nil
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

// Secrets returns the Secrets of a namespace, every call bound to ctx.
func (c *Cluster) Secrets(ctx context.Context, namespace string) typedcore.SecretInterface {
	return boundSecrets{c.secrets.Secrets(namespace), ctx}
}

// boundSecrets gives Helm's storage driver, which knows no deadlines, those of ctx.
type boundSecrets struct {
	typedcore.SecretInterface
	ctx context.Context
}

func (b boundSecrets) Get(_ context.Context, name string, o metav1.GetOptions) (*corev1.Secret, error) {
	return b.SecretInterface.Get(b.ctx, name, o)
}

func (b boundSecrets) List(_ context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	return b.SecretInterface.List(b.ctx, o)
}

func (b boundSecrets) Create(_ context.Context, s *corev1.Secret, o metav1.CreateOptions) (*corev1.Secret, error) {
	return b.SecretInterface.Create(b.ctx, s, o)
}

func (b boundSecrets) Update(_ context.Context, s *corev1.Secret, o metav1.UpdateOptions) (*corev1.Secret, error) {
	return b.SecretInterface.Update(b.ctx, s, o)
}

func (b boundSecrets) Delete(_ context.Context, name string, o metav1.DeleteOptions) error {
	return b.SecretInterface.Delete(b.ctx, name, o)
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
