using Sidecar.Proxy.Traffic.Rewriting;
using Sidecar.Proxy.Traffic.Routing;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Traffic;

/// <summary>A route of the configuration in force. The request that took it has it among its features.</summary>
internal sealed class Route : IDestination
{
    private readonly RouteMatch _match;
    private readonly Split? _split;
    private readonly HeadRewriter? _rewriter;
    private Cluster? _destination;

    /// <summary>Prepares a route.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="headers">Who is trusted to tell the client's address.</param>
    public Route(RouteOptions options, HeaderOptions headers)
    {
        (Options, Cluster, _match) = (options, options.Cluster, new(options.Match));
        _rewriter = HeadRewriter.Of(options);
        if (options.Split.Count > 0)
            _split = new(options, headers, share => new(this, share.Cluster));
    }

    private Route(Route whole, string? cluster) =>
        (Options, Cluster, _match, _rewriter) = (whole.Options, cluster, whole._match, whole._rewriter);

    /// <summary>What is configured.</summary>
    public RouteOptions Options { get; }

    /// <summary>Where its requests go: a cluster's name, or null for the application behind the sidecar. After <see cref="Take"/> it is the share's.</summary>
    public string? Cluster { get; }

    /// <inheritdoc />
    public Cluster? Find(Clusters clusters) => _destination ??= clusters.Find(Cluster);

    /// <summary>Whether a request takes this route.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="path">Its canonical path.</param>
    /// <param name="anySlash">Whether a slash at the end makes no difference. To a redirect it does: adding one is what many are for.</param>
    public bool Matches(HttpContext context, RequestRecord record, string path, bool anySlash) => _match.Matches(context, record, path, anySlash && Options.Redirect is null);

    /// <summary>Decides for a request that matches which share of the route it is, and what its head becomes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry, which learns what goes on instead of what came.</param>
    /// <returns>The route to be found among its features.</returns>
    public Route Take(HttpContext context, RequestRecord record)
    {
        record.Edits = _rewriter?.Rewrite(record);
        return _split?.Deal(context, record) ?? this;
    }
}
