using System.Security.Cryptography;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Affinity;

/// <summary>Knows a client's target by its cookie, and gives it another one when it is sent elsewhere.</summary>
/// <param name="options">What is configured.</param>
/// <param name="cluster">The cluster's name, or null.</param>
internal sealed class SessionAffinity(AffinityOptions options, string? cluster)
{
    private readonly AffinityOptions _options = options;
    private readonly byte[]? _key = options.Key is null ? null : Encoding.UTF8.GetBytes(options.Key);
    private readonly string _cookie = options.Cookie ?? (cluster is null ? "sidecar-affinity" : $"sidecar-affinity-{Spell(cluster)}");

    /// <summary>What the cookie calls a target: the same in every sidecar, and nothing that tells where it is.</summary>
    /// <returns>The cookie's value.</returns>
    public string Tag(string url)
    {
        var bytes = Encoding.UTF8.GetBytes(url);
        return Convert.ToHexStringLower(_key is null ? SHA256.HashData(bytes) : HMACSHA256.HashData(_key, bytes))[..32];
    }

    /// <summary>Finds the client's target.</summary>
    /// <param name="context">The request.</param>
    /// <param name="targets">The targets that may be used.</param>
    /// <returns>The target; null when it has none, or none of these.</returns>
    public Target? Find(HttpContext context, ReadOnlySpan<Target> targets)
    {
        if (context.Request.Cookies[_cookie] is not { } tag)
            return null;
        foreach (var target in targets)
        {
            if (target.AffinityTag == tag)
                return target;
        }

        return null;
    }

    /// <summary>Tells the client with the response where it went, unless it knows; once more when another attempt goes elsewhere.</summary>
    public void Keep(HttpContext context, Target target)
    {
        if (context.Features.Get<Choice>() is { } before)
        {
            (before.Affinity, before.Target) = (this, target);
            return;
        }

        if (context.Request.Cookies[_cookie] == target.AffinityTag)
            return;
        var choice = new Choice(this, target);
        context.Features.Set(choice);
        context.Response.OnStarting(static state => ((HttpContext)state).Features.GetRequiredFeature<Choice>().SetCookieAsync((HttpContext)state), context);
    }

    private static string Spell(string name) => string.Create(name.Length, name, static (spelt, name) =>
    {
        for (var i = 0; i < name.Length; i++)
            spelt[i] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToLowerInvariant(name[i]) : '-';
    });

    private sealed class Choice(SessionAffinity affinity, Target target)
    {
        public SessionAffinity Affinity { get; set; } = affinity;

        public Target Target { get; set; } = target;

        public Task SetCookieAsync(HttpContext context)
        {
            // A response of the sidecar's own is nobody's session.
            if (context.Features.GetRequiredFeature<RequestRecord>().Error is not null || context.Request.Cookies[Affinity._cookie] == Target.AffinityTag)
                return Task.CompletedTask;
            context.Response.Cookies.Append(Affinity._cookie, Target.AffinityTag!, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = Affinity._options.MaxAge,
                Path = "/",
                SameSite = Affinity._options.SameSite,
                Secure = context.Request.IsHttps || Affinity._options.SameSite == SameSiteMode.None,
            });
            return Task.CompletedTask;
        }
    }
}
