using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Observability.Tracing;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Upstream;

/// <summary>Decides which headers the application receives. Every transport asks here, so that they cannot differ.</summary>
internal static class OutgoingHeaders
{
    /// <summary>Collects the headers of a request that came over HTTP/2 or goes on over it, framing and Host excepted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt, whose trace context the application receives.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="tracing">How the trace is passed on.</param>
    /// <param name="add">Takes each header.</param>
    /// <typeparam name="TState">What <paramref name="add"/> needs.</typeparam>
    /// <param name="state">What <paramref name="add"/> gets.</param>
    public static void Collect<TState>(HttpContext context, AttemptRecord attempt, HeaderOptions options, TracingOptions tracing, TState state, Action<TState, string, string> add)
    {
        var record = attempt.Request;
        var owned = context.Features.Get<OwnedHeaders>();
        var edits = record.Edits?.Request;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name[0] == ':' || HeaderRoles.Of(name) is var role && (!role.PassesInRequest() || (role == HeaderRole.RequestId && !KeepsId(values.ToString(), record, options))) || (IsNamed(record.ConnectionOptions, name) && owned?.Contains(name) != true))
                continue;
            if (edits?.Drops(name) == true || (UsesB3(tracing) && B3.Owns(name)))
                continue;
            foreach (var value in values)
                add(state, name, value ?? "");
        }

        AddOwn(context.Request.Headers, attempt, options, tracing, state, add);
    }

    /// <summary>Writes the headers of a request that came over HTTP/1.x: those that nobody has touched as they came, in as few pieces as possible.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="attempt">The attempt, whose trace context the application receives.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="connection">Where to.</param>
    public static void Write(HttpContext context, FieldTable fields, AttemptRecord attempt, SidecarOptions options, UpstreamConnection connection)
    {
        var record = attempt.Request;
        var owned = context.Features.Get<OwnedHeaders>();
        var edits = record.Edits?.Request;
        var (start, end) = (0, 0);
        for (var i = 0; i < fields.Count; i++)
        {
            if (!fields.Role(i).PassesInRequest() || (fields.Role(i) == HeaderRole.RequestId && !KeepsId(fields.Value(i).ToString(), record, options.Headers)) || (IsNamed(record.ConnectionOptions, fields, i) && owned?.Contains(fields.Name(i)) != true))
                continue;
            if (edits?.Drops(fields, i) == true || (UsesB3(options.Tracing) && B3.Owns(fields.Name(i))))
                continue;
            if (fields.IsUntouched(i) && fields.Line(i) is var line && line.Start == end)
            {
                end = line.End;
                continue;
            }

            connection.Write(fields.Bytes(start, end));
            (start, end) = fields.IsUntouched(i) ? fields.Line(i) : (0, 0);
            if (end > 0)
                continue;
            foreach (var value in fields.Value(i))
                RequestHeadWriter.WriteField(connection, fields.Name(i), value ?? "");
        }

        connection.Write(fields.Bytes(start, end));
        AddOwn(context.Request.Headers, attempt, options.Headers, options.Tracing, connection, RequestHeadWriter.WriteField);
    }

    /// <summary>Whether what a client says of itself is believed.</summary>
    /// <param name="peer">The client's address.</param>
    /// <param name="options">The configuration.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsTrusted(IPAddress? peer, HeaderOptions options) => peer is not null && options.TrustedNetworks.Contain(peer);

    private static void AddOwn<TState>(IHeaderDictionary headers, AttemptRecord attempt, HeaderOptions options, TracingOptions tracing, TState state, Action<TState, string, string> add)
    {
        if (attempt.Request.Edits?.Request is not { } edits)
        {
            AddAll(headers, attempt, options, tracing, state, add);
            return;
        }

        AddAll(headers, attempt, options, tracing, (edits, state, add), static (way, name, value) =>
        {
            if (!way.edits.Drops(name))
                way.add(way.state, name, value);
        });
        edits.Write(state, add);
    }

    private static void AddAll<TState>(IHeaderDictionary headers, AttemptRecord attempt, HeaderOptions options, TracingOptions tracing, TState state, Action<TState, string, string> add)
    {
        var record = attempt.Request;
        var trusted = IsTrusted(record.ClientAddress, options);
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
        if (options.RequestId && record.RequestId is { } id && !KeepsId(headers["X-Request-Id"].ToString(), record, options))
            add(state, "X-Request-Id", id);
        TraceHeaders.Add(attempt, tracing, state, add);
    }

    // The one id of a request: the client's, or that which stands in for it.
    private static bool KeepsId(string given, RequestRecord record, HeaderOptions options) =>
        !options.RequestId || (given == record.RequestId && record.ConnectionOptions?.Contains("X-Request-Id", StringComparer.OrdinalIgnoreCase) != true);

    private static bool UsesB3(TracingOptions tracing) => tracing.UsesB3 || tracing.UsesB3Multi;

    private static bool IsNamed(IReadOnlyList<string>? names, FieldTable fields, int index)
    {
        if (names is null)
            return false;
        foreach (var one in names)
        {
            if (fields.IsNamed(index, one))
                return true;
        }

        return false;
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

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
