using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>Does what the authorization service says. Made for one configuration.</summary>
/// <param name="options">What is configured.</param>
/// <param name="security">The same, with what claims are told in.</param>
internal sealed class ExternalAuthorizationGate(ExternalAuthorizationOptions options, SecurityOptions security)
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
    /// <param name="context">The request.</param>
    public void Drop(HttpContext context)
    {
        _ownedUpstream.Drop(context.Request.Headers);
        context.Features.Set(_owned);
    }

    /// <summary>Gives application and client what the answer holds for them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">An answer that allows it.</param>
    public void Pass(HttpContext context, ExternalAnswer answer)
    {
        var headers = context.Request.Headers;
        foreach (var name in answer.Headers.Where(header => header.Key.Equals("x-envoy-auth-headers-to-remove", StringComparison.OrdinalIgnoreCase)).SelectMany(header => header.Value.Split(',', StringSplitOptions.TrimEntries)))
            headers.Remove(name);
        List<KeyValuePair<string, string>>? told = null;
        foreach (var (name, value) in answer.Headers)
        {
            if (_upstream.Match(name) || _appended.Match(name))
                headers[name] = StringValues.Concat(headers[name], value);
            if (_success.Match(name))
                (told ??= []).Add(new(name, value));
        }

        if (told is not null)
            context.Response.OnStarting(() => TellAsync(context.Response.Headers, told));
    }

    /// <summary>Answers the client as the service wants it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">The same.</param>
    /// <param name="answer">An answer that refuses it.</param>
    /// <returns>When it is written.</returns>
    public async Task RefuseAsync(HttpContext context, RequestRecord record, ExternalAnswer answer)
    {
        record.Error = SecurityErrors.DeniedExternally(answer.StatusCode);
        record.ErrorDetail = "the authorization service refused the request";
        var response = context.Response;
        response.StatusCode = answer.StatusCode;
        foreach (var (name, value) in answer.Headers)
        {
            if (_client.IsEmpty || _client.Match(name))
                response.Headers[name] = StringValues.Concat(response.Headers[name], value);
        }

        response.Headers["Proxy-Status"] = $"{ProxyStatus.Name}; error={record.Error.Token}";
        if (record.RequestId is { } id)
            response.Headers["X-Request-Id"] = id;
        if (answer.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
            return;
        response.ContentLength = answer.Body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        record.BytesSent += answer.Body.Length;
    }

    private static Task TellAsync(IHeaderDictionary headers, List<KeyValuePair<string, string>> told)
    {
        foreach (var (name, value) in told)
            headers[name] = StringValues.Concat(headers[name], value);
        return Task.CompletedTask;
    }
}
