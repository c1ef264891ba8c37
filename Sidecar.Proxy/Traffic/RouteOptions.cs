using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Resilience;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Traffic;

/// <summary>What is done with the requests that match. The first route that matches is taken; a request that none matches goes to the application.</summary>
public sealed record RouteOptions
{
    /// <summary>The route's name in logs, traces and metrics.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>Which requests.</summary>
    public RouteMatchOptions Match { get; init; } = new();

    /// <summary>Where they go: a key of <c>Sidecar:Clusters</c>. Default: the application behind the sidecar.</summary>
    public string? Cluster { get; init; }

    /// <summary>What is otherwise for this route than <c>Sidecar:Resilience</c> says. A part that is left out is inherited.</summary>
    public ResilienceOptions? Resilience { get; init; }

    /// <summary>Who may use this route, instead of what <c>Sidecar:Security:Access</c> says. Default: the same.</summary>
    public AccessOptions? Access { get; init; }
}
