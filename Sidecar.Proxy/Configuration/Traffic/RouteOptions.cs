namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>What is done with the requests that match. The first route that matches is taken; a request that none matches goes to the application.</summary>
public sealed record RouteOptions : IValidatableObject
{
    /// <summary>The route's name in logs, traces and metrics; no other has it.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>Which requests. Default: all.</summary>
    public RouteMatchOptions Match { get; init; } = new();

    /// <summary>Where they go: a key of <c>Sidecar:Clusters</c>. Default: the application behind the sidecar.</summary>
    public string? Cluster { get; init; }

    /// <summary>Where which share of them goes, instead of to one cluster: a canary. Default: not split.</summary>
    public IReadOnlyList<SplitOptions> Split { get; init; } = [];

    /// <summary>What keeps a client with its share of <see cref="Split"/>. Default: each request is dealt anew.</summary>
    public StickyOptions? StickyBy { get; init; }

    /// <summary>What the application is asked for instead of what the client asked for. Default: the same.</summary>
    public RewriteOptions? Rewrite { get; init; }

    /// <summary>Where the client is sent instead of being answered by a target. Default: nowhere.</summary>
    public RedirectOptions? Redirect { get; init; }

    /// <summary>What is changed about the headers that the target receives, after all else that the sidecar does to them. Default: nothing.</summary>
    public HeaderEditOptions? RequestHeaders { get; init; }

    /// <summary>What is changed about the headers of the target's response. Default: nothing.</summary>
    public HeaderEditOptions? ResponseHeaders { get; init; }

    /// <summary>Who else is sent a copy of these requests, and of how many. Default: nobody.</summary>
    public MirrorOptions? Mirror { get; init; }

    /// <summary>What is otherwise for this route than <c>Sidecar:Resilience</c> says. A part that is left out is inherited.</summary>
    public ResilienceOptions? Resilience { get; init; }

    /// <summary>Who may use this route, instead of what <c>Sidecar:Security:Access</c> says. Default: the same.</summary>
    public AccessOptions? Access { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
    [
        (nameof(Cluster), Split.Count > 0 && Cluster is not null ? "left out where there is a Split" : null),
        (nameof(Split), Split.Count > 0 && Split.Sum(share => (long)share.Weight) == 0 ? "at least one share with a Weight above 0" : null),
        (nameof(StickyBy), StickyBy is not null && Split.Count == 0 ? "left out where there is no Split" : null),
        GoesNowhere(nameof(Cluster), Cluster is not null),
        GoesNowhere(nameof(Split), Split.Count > 0),
        GoesNowhere(nameof(Rewrite), Rewrite is not null),
        GoesNowhere(nameof(RequestHeaders), RequestHeaders is not null),
        GoesNowhere(nameof(Mirror), Mirror is not null),
        NeedsPrefix($"{nameof(Rewrite)}:{nameof(RewriteOptions.PathPrefix)}", Rewrite?.PathPrefix),
        NeedsPrefix($"{nameof(Redirect)}:{nameof(RedirectOptions.PathPrefix)}", Redirect?.PathPrefix),
    ]);

    private (string Key, string? Allowed) GoesNowhere(string key, bool isGiven) => (key, Redirect is not null && isGiven ? "left out where there is a Redirect" : null);

    private (string Key, string? Allowed) NeedsPrefix(string key, string? prefix) =>
        (key, prefix is not null && !Match.HasPrefix ? "left out unless Match has a Path, a PathPrefix or a PathStart to put it in place of" : null);
}
