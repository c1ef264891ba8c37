using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>Makes a request that looks like another to a transport, outlives it, and throws its response away.</summary>
internal static class RequestCopy
{
    /// <summary>Copies the head.</summary>
    /// <returns>A request without a body.</returns>
    public static DefaultHttpContext Of(HttpContext context, RequestRecord record)
    {
        var copy = new DefaultHttpContext();
        var (from, to) = (context.Request, copy.Request);
        (to.Method, to.Protocol, to.Scheme) = (from.Method, from.Protocol, from.Scheme);
        foreach (var (name, values) in from.Headers)
        {
            if (!name.Equals(HeaderNames.Expect, StringComparison.OrdinalIgnoreCase) && !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
                to.Headers[name] = values;
        }

        copy.Features.Set(record.Copy());
        copy.Features.Set(context.Features.Get<OwnedHeaders>());
        copy.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return copy;
    }

    /// <summary>Gives a copy its body.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="body">All of the body; null where there is none.</param>
    public static void Fill(DefaultHttpContext copy, MemoryStream? body)
    {
        copy.Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(body is not null));
        if (body is null)
            return;
        copy.Request.Body = body;
        copy.Request.ContentLength = body.Length;
    }

    private sealed class Detection(bool hasBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => hasBody;
    }
}
