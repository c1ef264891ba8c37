namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Answers who fetches metrics.</summary>
/// <param name="exporter">Writes them.</param>
internal sealed class PrometheusEndpoint(PrometheusExporter exporter)
{
    /// <summary>Writes all metrics in the format that is asked for.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When they are written.</returns>
    public async Task AnswerAsync(HttpContext context)
    {
        var format = ExpositionFormats.Choose(context.Request.GetTypedHeaders().Accept);
        using var output = new Utf8Builder();
        if (!exporter.TryWrite(output, format))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Response.ContentType = ExpositionFormats.ContentType(format);
        context.Response.ContentLength = output.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(output.WrittenMemory, context.RequestAborted);
    }
}
