using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>Does what the authorization service says. Made for one configuration.</summary>
/// <param name="options">What is configured.</param>
/// <param name="security">The same, with what claims are reported in.</param>
internal sealed class ExternalAuthorizationEnforcer(ExternalAuthorizationOptions options, SecurityOptions security)
{
    // What a rejection is without value without; Envoy adds most of them, too.
    private static readonly string[] Always = [HeaderNames.ContentType, HeaderNames.Location, HeaderNames.WWWAuthenticate];

    private readonly Patterns _upstream = new(options.UpstreamHeaders);
    private readonly Patterns _appended = new(options.AppendedUpstreamHeaders);
    private readonly Patterns _client = new(options.ClientHeaders.Count == 0 ? [] : options.ClientHeaders.Concat(Always));
    private readonly Patterns _success = new(options.ClientHeadersOnSuccess);
    private readonly OwnedHeaders _owned = new([.. options.UpstreamHeaders, .. options.AppendedUpstreamHeaders, .. security.Jwt?.ClaimHeaders.Keys ?? []]);
    private readonly OwnedHeaders _ownedUpstream = new(options.UpstreamHeaders);

    /// <summary>Leaves the application without what only the service may tell it.</summary>
    public void Drop(HttpContext context)
    {
        _ownedUpstream.Drop(context.Request.Headers);
        context.Features.Set(_owned);
    }

    /// <summary>Gives application and client what the decision holds for them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="decision">A decision that allows it.</param>
    public void Pass(HttpContext context, ExternalDecision decision)
    {
        var headers = context.Request.Headers;
        foreach (var name in decision.Headers.Where(header => header.Key.Equals("x-envoy-auth-headers-to-remove", StringComparison.OrdinalIgnoreCase)).SelectMany(header => header.Value.Split(',', StringSplitOptions.TrimEntries)))
            headers.Remove(name);
        List<KeyValuePair<string, string>>? reported = null;
        foreach (var (name, value) in decision.Headers)
        {
            if (_upstream.Match(name) || _appended.Match(name))
                headers[name] = StringValues.Concat(headers[name], value);
            if (_success.Match(name))
                (reported ??= []).Add(new(name, value));
        }

        if (reported is not null)
            context.Response.OnStarting(() => ReportAsync(context.Response.Headers, reported));
    }

    /// <summary>Answers the client as the service wants it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">The same.</param>
    /// <param name="decision">A decision that rejects it.</param>
    /// <returns>When it is written.</returns>
    public async ValueTask RejectAsync(HttpContext context, RequestRecord record, ExternalDecision decision)
    {
        record.Error = SecurityErrors.DeniedExternally(decision.StatusCode);
        record.ErrorDetail = "the authorization service rejected the request";
        var response = context.Response;
        response.StatusCode = decision.StatusCode;
        foreach (var (name, value) in decision.Headers)
        {
            if (_client.IsEmpty || _client.Match(name))
                response.Headers[name] = StringValues.Concat(response.Headers[name], value);
        }

        response.Headers["Proxy-Status"] = $"{ProxyStatus.Name}; error={record.Error.Token}";
        if (record.RequestId is { } id)
            response.Headers["X-Request-Id"] = id;
        if (decision.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
            return;
        response.ContentLength = decision.Body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await response.Body.WriteAsync(decision.Body, context.RequestAborted);
        record.BytesSent += decision.Body.Length;
    }

    private static Task ReportAsync(IHeaderDictionary headers, List<KeyValuePair<string, string>> reported)
    {
        foreach (var (name, value) in reported)
            headers[name] = StringValues.Concat(headers[name], value);
        return Task.CompletedTask;
    }
}
