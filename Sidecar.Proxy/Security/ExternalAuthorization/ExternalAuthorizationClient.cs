using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Net.Security;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>Asks the authorization service: with the request's method, path, Host and some of its headers, never with its body.</summary>
internal sealed class ExternalAuthorizationClient : IDisposable
{
    private static readonly FrozenSet<string> Ours = FrozenSet.ToFrozenSet(
        [HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.Expect, HeaderNames.TE, "X-Forwarded-For", "X-Forwarded-Proto"], StringComparer.OrdinalIgnoreCase);

    private readonly ExternalAuthorizationOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly Patterns _requestHeaders;
    private readonly string _base;
    private readonly SslClientAuthenticationOptions? _tls;
    private readonly TimeProvider _time;

    /// <summary>Prepares connections.</summary>
    public ExternalAuthorizationClient(ExternalAuthorizationOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _requestHeaders = new(options.RequestHeaders.Append(HeaderNames.Authorization));
        var url = new Uri(options.Url);
        // TLS is begun below HttpClient, which takes the Host header for the name to ask for and to check, and that is the application's.
        _base = new UriBuilder(url) { Scheme = Uri.UriSchemeHttp, Port = url.Port }.Uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (url.Scheme == Uri.UriSchemeHttps)
            _tls = new() { TargetHost = url.IdnHost, CertificateChainPolicy = TrustPolicy.Of(options.CaFile is { } file ? Pem.LoadAuthorities(file) : null) };
        _invoker = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = options.Timeout,
            // As it came: a byte that HttpClient does not like must not keep the service from being asked.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ConnectCallback = (context, cancellationToken) => TlsClient.OpenAsync(context.DnsEndPoint, _tls, cancellationToken),
        });
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    /// <summary>Whether these options are the ones it was made for.</summary>
    public bool IsFor(ExternalAuthorizationOptions options) => ReferenceEquals(_options, options);

    /// <summary>Asks.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">The same.</param>
    /// <param name="headers">Who is trusted to tell the client's address.</param>
    /// <returns>The response, or why there is none; null when the request cannot be asked about, which is the client's doing and no failure of the service.</returns>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<ExternalDecision?> AskAsync(HttpContext context, RequestRecord record, HeaderOptions headers)
    {
        using var request = Request(context, record, headers);
        if (request is null)
            return null;
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            using var response = await _invoker.SendAsync(request, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return ExternalDecision.Failed($"no response within {_options.Timeout.TotalMilliseconds} ms");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return ExternalDecision.Failed(exception.GetBaseException().Message.ReplaceLineEndings(" "));
        }
    }

    private HttpRequestMessage? Request(HttpContext context, RequestRecord record, HeaderOptions options)
    {
        var path = record.Path.StartsWith('/') ? record.Path : "/";
        // The path goes on byte for byte: what is allowed must be what the application sees.
        var url = new Uri(string.Concat(_base, path, record.Query), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(record.Method), url) { Content = new ByteArrayContent([]) };
        if (!TryName(request, record.Host))
        {
            request.Dispose();
            return null;
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name[0] != ':' && !IsOurs(name) && _requestHeaders.Match(name))
                Add(request, name, values);
        }

        if (ClientAddress.Of(record, context.Request.Headers, options) is { } address)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", record.Scheme);
        return request;
    }

    private static bool TryName(HttpRequestMessage request, string host)
    {
        try
        {
            request.Headers.Host = host.Length > 0 ? host : null;
            return true;
        }
        catch (FormatException)
        {
            // A port of six digits for instance, which is no port to .NET.
            return false;
        }
    }

    /// <summary>HttpClient has two places for headers.</summary>
    private static void Add(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!request.Headers.TryAddWithoutValidation(name, values))
            request.Content!.Headers.TryAddWithoutValidation(name, values);
    }

    private async Task<ExternalDecision> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is < 200 or >= 500)
            return ExternalDecision.Failed($"the response is {status}");
        KeyValuePair<string, string>[] headers = [.. ExternalDecision.HeadersOf(response).Where(header => HeaderRoles.Of(header.Key).PassesInResponse() && !IsOurs(header.Key))];
        if (headers.Any(header => !HttpGrammar.IsFieldValue(header.Value)))
            return ExternalDecision.Failed("a header of the response holds a control byte");
        if (status == StatusCodes.Status200OK)
            return new(status, headers, [], null);
        await response.Content.LoadIntoBufferAsync(_options.MaxAnswerBytes, cancellationToken);
        return new(status, headers, await response.Content.ReadAsByteArrayAsync(cancellationToken), null);
    }

    private static bool IsOurs(string name) => !HeaderRoles.Of(name).PassesInResponse() || Ours.Contains(name);
}

/// <summary>What the authorization service says.</summary>
/// <param name="StatusCode">Its status code; 200 lets the request pass. 0 when it failed.</param>
/// <param name="Headers">Its headers, without those of the hop.</param>
/// <param name="Body">Its body, where it rejects.</param>
/// <param name="Failure">Why there is no response that can be used, or null.</param>
internal sealed record ExternalDecision(int StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, string? Failure)
{
    /// <summary>No response that can be used.</summary>
    public static ExternalDecision Failed(string reason) => new(0, [], [], reason);

    /// <summary>Whether the request may pass.</summary>
    public bool IsAllowed => StatusCode == StatusCodes.Status200OK;

    /// <summary>The values of headers.</summary>
    /// <returns>Names and values, one by one.</returns>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpResponseMessage response) => Each(response.Headers).Concat(Each(response.Content.Headers));

    private static IEnumerable<KeyValuePair<string, string>> Each(HttpHeaders headers) => headers.NonValidated.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
}
