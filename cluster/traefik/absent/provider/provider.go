// Package absent stands in for every source of routes that Traefik can read and this cluster does not have; build.sh
// gives each the package name of the original. The types are what Traefik's configuration wants to be there.
package absent

import (
	"errors"

	ptypes "github.com/traefik/paerser/types"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// Provider refuses to start, which Traefik logs before it goes on without.
type Provider struct {
	RefreshSeconds    ptypes.Duration
	HTTPClientTimeout ptypes.Duration
}

// Init says why nothing comes from here.
func (*Provider) Init() error { return errors.New("this build of Traefik is without this provider") }

// Provide is never reached.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }

// SwarmProvider belongs to the package docker.
type SwarmProvider = Provider

// ProviderBuilder is what providers with several namespaces have.
type ProviderBuilder struct{ Namespaces []string }

// BuildProviders gives one, so that its refusal is logged.
func (*ProviderBuilder) BuildProviders() []*Provider { return []*Provider{{}} }
