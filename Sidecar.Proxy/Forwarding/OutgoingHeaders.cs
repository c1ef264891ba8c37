using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Tracing;
using Sidecar.Proxy.Security.Identity;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Decides which headers the application receives. Every transport asks here, so that they cannot differ.</summary>
internal static class OutgoingHeaders
{
    private static readonly FrozenSet<string> HopByHop = new[]
    {
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
        HeaderNames.TE, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, "HTTP2-Settings", "Proxy-Authentication-Info",
        // The transport writes these itself.
        HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.Expect, HeaderNames.TraceParent, HeaderNames.TraceState,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ForwardedNames = new[]
    {
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", ForwardedClientCertificate.Header,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an answer's header belongs to the hop to the application.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>Whether it stays behind.</returns>
    public static bool StaysBehind(string name) => name.Length switch
    {
        10 => Is(name, HeaderNames.Connection) || Is(name, HeaderNames.KeepAlive),
        17 => Is(name, HeaderNames.TransferEncoding),
        7 => Is(name, HeaderNames.Upgrade),
        16 => Is(name, HeaderNames.ProxyConnection),
        18 => Is(name, HeaderNames.ProxyAuthenticate),
        25 => Is(name, "Proxy-Authentication-Info"),
        _ => false,
    };

    /// <summary>Whether a request's trailer goes on (RFC 9110, section 6.5.1): not what frames or routes a message, or says who sent it.</summary>
    /// <param name="name">The trailer's name.</param>
    /// <returns>Whether it goes on.</returns>
    public static bool MayTrail(string name) => !HopByHop.Contains(name) && !TellsOfClient(name);

    /// <summary>Whether a route may change this header: not what frames a message, is for one hop, or is the trace's.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>Whether it may.</returns>
    public static bool MayEdit(string name) => !HopByHop.Contains(name) && !StaysBehind(name) && !Is(name, HeaderNames.Trailer);

    /// <summary>Collects the headers of a request, framing and Host excepted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt, whose trace context the application receives.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="tracing">How the trace is passed on.</param>
    /// <param name="add">Takes each header.</param>
    /// <typeparam name="TState">What <paramref name="add"/> needs.</typeparam>
    /// <param name="state">What <paramref name="add"/> gets.</param>
    public static void Collect<TState>(HttpContext context, AttemptRecord attempt, HeaderOptions options, TracingOptions tracing, TState state, Action<TState, string, string> add)
    {
        if (attempt.Request.Edits?.Request is not { } edits)
        {
            CollectAll(context, attempt, options, tracing, state, add);
            return;
        }

        CollectAll(context, attempt, options, tracing, (edits, state, add), static (way, name, value) =>
        {
            if (!way.edits.Drops(name))
                way.add(way.state, name, value);
        });
        edits.Write(state, add);
    }

    private static void CollectAll<TState>(HttpContext context, AttemptRecord attempt, HeaderOptions options, TracingOptions tracing, TState state, Action<TState, string, string> add)
    {
        var headers = context.Request.Headers;
        var record = attempt.Request;
        var trusted = IsTrusted(record.ClientAddress, options);
        var owned = context.Features.Get<OwnedHeaders>();
        var usesB3 = tracing.UsesB3 || tracing.UsesB3Multi;
        foreach (var (name, values) in headers)
        {
            if (name[0] == ':' || HopByHop.Contains(name) || TellsOfClient(name) || (IsNamed(record.ConnectionOptions, name) && owned?.Contains(name) != true))
                continue;
            if (usesB3 && B3.Owns(name))
                continue;
            foreach (var value in values)
                add(state, name, value ?? "");
        }

        // A client of HTTP/2 may say that it takes trailers; gRPC insists on hearing it.
        if (record.ProtocolVersion == "2" && headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
            add(state, HeaderNames.TE, "trailers");
        if (trusted)
            CopyForwarded(headers, state, add);
        if (options.Forwarded is ForwardedStyle.XForwarded or ForwardedStyle.Both)
            AddXForwarded(headers, record, trusted, state, add);
        if (options.Forwarded is ForwardedStyle.Forwarded or ForwardedStyle.Both)
            add(state, "Forwarded", Forwarded(trusted ? headers["Forwarded"] : default, record));
        AddClientCertificate(headers, record, trusted, options.ClientCertificate, state, add);
        if (options.Via)
            add(state, HeaderNames.Via, $"{record.ProtocolVersion} {ProxyStatus.Name}");
        if (options.RequestId && record.RequestId is { } id && !headers.ContainsKey("X-Request-Id"))
            add(state, "X-Request-Id", id);
        TraceHeaders.Add(attempt, tracing, state, add);
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>By underscores, too: to an application that reads headers as CGI variables both are the same.</summary>
    private static bool TellsOfClient(string name) =>
        ForwardedNames.Contains(name) || (name.Contains('_', StringComparison.Ordinal) && ForwardedNames.Contains(name.Replace('_', '-')));

    private static bool IsNamed(IReadOnlyList<string>? names, string name)
    {
        if (names is null)
            return false;
        foreach (var one in names)
        {
            if (Is(one, name))
                return true;
        }

        return false;
    }

    /// <summary>Whether a peer's forwarded headers are believed.</summary>
    /// <param name="peer">The peer's address.</param>
    /// <param name="options">The configuration.</param>
    /// <returns>Whether they are.</returns>
    public static bool IsTrusted(IPAddress? peer, HeaderOptions options) => peer is not null && options.TrustedNetworks.Contain(peer);

    /// <summary>A trusted proxy's word stands, except where the sidecar adds its own.</summary>
    private static void CopyForwarded<TState>(IHeaderDictionary headers, TState state, Action<TState, string, string> add)
    {
        foreach (var name in (ReadOnlySpan<string>)["X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP"])
        {
            if (headers.TryGetValue(name, out var values))
                add(state, name, values.ToString());
        }
    }

    private static void AddXForwarded<TState>(IHeaderDictionary headers, RequestRecord record, bool trusted, TState state, Action<TState, string, string> add)
    {
        var client = ClientAddress(record);
        var before = trusted ? headers["X-Forwarded-For"].ToString() : "";
        if (client is not null || before.Length > 0)
            add(state, "X-Forwarded-For", client is null ? before : before.Length == 0 ? client : $"{before}, {client}");
        add(state, "X-Forwarded-Proto", trusted && headers["X-Forwarded-Proto"] is { Count: > 0 } scheme ? scheme.ToString() : record.Scheme);
        var host = trusted && headers["X-Forwarded-Host"] is { Count: > 0 } given ? given.ToString() : record.Host;
        if (host.Length > 0)
            add(state, "X-Forwarded-Host", host);
    }

    private static void AddClientCertificate<TState>(
        IHeaderDictionary headers, RequestRecord record, bool trusted, ClientCertificateForwarding forwarding, TState state, Action<TState, string, string> add)
    {
        var own = forwarding is ClientCertificateForwarding.SanitizeSet or ClientCertificateForwarding.AppendForward ? record.ClientCertificate : null;
        var isBelieved = trusted && forwarding is ClientCertificateForwarding.AppendForward or ClientCertificateForwarding.ForwardOnly;
        var before = isBelieved ? headers[ForwardedClientCertificate.Header].ToString() : "";
        if (before.Length > 0)
            own = own is null ? before : $"{before},{own}";
        if (own is not null)
            add(state, ForwardedClientCertificate.Header, own);
    }

    private static string Forwarded(StringValues before, RequestRecord record)
    {
        var client = ClientAddress(record) switch
        {
            null => "unknown",
            var address when address.Contains(':', StringComparison.Ordinal) => $"\"[{address}]\"",
            var address => address,
        };
        var hop = $"for={client};host=\"{record.Host}\";proto={record.Scheme}";
        return before.Count == 0 ? hop : $"{before}, {hop}";
    }

    private static string? ClientAddress(RequestRecord record) => record.ClientAddress is not { } address
        ? null
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
