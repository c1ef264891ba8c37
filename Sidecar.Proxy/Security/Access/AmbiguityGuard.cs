using Sidecar.Proxy.Traffic.Routing;

namespace Sidecar.Proxy.Security.Access;

/// <summary>
/// Where routes differ in who may use them, a request must not be read in one way here and in another by the application: <c>/x/..%2fadmin</c> would take
/// the rule of <c>/x</c>, and may reach <c>/admin</c>. Such a request is rejected, whoever sends it.
/// </summary>
internal sealed class AmbiguityGuard
{
    // Symfony, Zend and ASP.NET take the path, Rails, Laravel and Express the method from these.
    private static readonly OwnedHeaders Overrides = new(["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"]);

    private readonly GuardedRoute[] _routes;
    private readonly TrailingSlashes _slashes;
    private readonly int _elsewhere;

    private AmbiguityGuard(IReadOnlyList<RouteOptions> routes, int[] rules)
    {
        _routes = [.. routes.Select((route, i) => new GuardedRoute(route, rules[i]))];
        (_slashes, _elsewhere) = (new(routes), rules[^1]);
    }

    /// <summary>Prepares a guard.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="access">Who may use what no route has a rule for; null for everybody whom the external service lets in.</param>
    /// <returns>The guard, or null when all routes, and what takes none, are for the same callers.</returns>
    public static AmbiguityGuard? Of(SidecarOptions options, AccessOptions? access)
    {
        List<object> known = [];
        int[] rules = [.. options.Routes.Select(route => IdOf(route.Access ?? access)), IdOf(access)];
        return known.Count > 1 ? new(options.Routes, rules) : null;

        int IdOf(AccessOptions? rule)
        {
            object meaning = rule is null ? options.Security.External is null : rule.Anonymous ? true : rule;
            if (known.FindIndex(one => one.GetType() == meaning.GetType() && OptionsDifference.IsSame(one, meaning)) is >= 0 and var index)
                return index;
            known.Add(meaning);
            return known.Count - 1;
        }
    }

    /// <summary>Decides.</summary>
    /// <returns>Why it is rejected, or null when it can be read in one way only, or it makes no difference.</returns>
    public Denial? Judge(HttpContext context, RequestRecord record)
    {
        foreach (var (name, _) in context.Request.Headers)
        {
            if (Overrides.Contains(name))
                return Denial.Override;
        }

        // One that is known is rejected everywhere.
        if (record.Method.AsSpan().ContainsAnyInRange('a', 'z'))
            return Denial.Method;
        // Without a path the request is for no resource; with a dot segment routes that look at paths have rejected it.
        if (!record.Path.StartsWith('/') || record.CanonicalPath is not { } path)
            return null;
        var verdict = new Verdict();
        if (PathSpelling.FolderOf(record.Path) is { } folder)
            Judge(context, record, folder, ref verdict);
        else
            Judge(context, record, path, anySlash: !_slashes.Matter(path), ref verdict);
        return !verdict.Differs ? null : verdict.IsFieldDoubled ? Denial.Field : Denial.Path;
    }

    /// <summary>Collects the rules of all that a path in a folder could be read as.</summary>
    private void Judge(HttpContext context, RequestRecord record, string folder, ref Verdict verdict)
    {
        foreach (var route in _routes)
        {
            var coverage = route.Written.Covers(folder);
            if (coverage == Coverage.None || route.Concerns(context, record, ref verdict) is not { } isSure)
                continue;
            verdict.Add(route.Rule);
            if (isSure && coverage == Coverage.All)
                return;
        }

        verdict.Add(_elsewhere);
    }

    /// <summary>Collects the rules of a path as it is, in other letters' case, and with a slash more or less at its end.</summary>
    private void Judge(HttpContext context, RequestRecord record, string path, bool anySlash, ref Verdict verdict)
    {
        const int Readings = 4;
        Span<bool> isDecided = stackalloc bool[Readings];
        foreach (var route in _routes)
        {
            // It is taken in the last reading if it is in any.
            if (!route.IsPath(path, anySlash, anyCase: true) || route.Concerns(context, record, ref verdict) is not { } isSure)
                continue;
            for (var reading = 0; reading < Readings; reading++)
            {
                if (isDecided[reading] || !route.IsPath(path, anySlash && reading % 2 == 1, anyCase: reading >= 2))
                    continue;
                verdict.Add(route.Rule);
                isDecided[reading] = isSure;
            }
        }

        if (isDecided.Contains(false))
            verdict.Add(_elsewhere);
    }

    /// <summary>What has been found of a request.</summary>
    private struct Verdict
    {
        private int? _rule;

        /// <summary>Whether it would be judged by different rules.</summary>
        public bool Differs { get; private set; }

        /// <summary>Whether that may be for a field that is there twice.</summary>
        public bool IsFieldDoubled { get; set; }

        /// <summary>Adds a rule that it would be judged by.</summary>
        public void Add(int rule)
        {
            _rule ??= rule;
            Differs |= _rule != rule;
        }
    }

    /// <summary>A route, as it is written and for an application to which the case of letters does not matter.</summary>
    private sealed class GuardedRoute(RouteOptions route, int rule)
    {
        private readonly RouteMatch _loose = new(route.Match with { IgnorePathCase = true });

        public int Rule => rule;

        public RouteMatch Written { get; } = new(route.Match);

        public bool IsPath(string path, bool anySlash, bool anyCase) => (anyCase ? _loose : Written).IsPath(path, anySlash && route.Redirect is null);

        /// <summary>Whether the request is the route's but for its path: true, null when it is not, false when it may be.</summary>
        public bool? Concerns(HttpContext context, RequestRecord record, ref Verdict verdict)
        {
            if (Written.IsDoubled(context, record))
            {
                verdict.IsFieldDoubled = true;
                return false;
            }

            return Written.MatchesBesidesPath(context, record) ? true : null;
        }
    }
}
