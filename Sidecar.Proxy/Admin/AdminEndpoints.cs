using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Observability.Metrics;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Admin;

/// <summary>What the sidecar answers itself, on the admin port only.</summary>
public static class AdminEndpoints
{
    // Read by people in a terminal, not by browsers: a + is a +.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds what the endpoints need.</summary>
    public static void AddAdmin(this IServiceCollection services) => services.AddSingleton<EffectiveConfiguration>();

    /// <summary>Branches requests on the admin port off; on the traffic port every path belongs to the application.</summary>
    public static void UseAdmin(this IApplicationBuilder app) => app.MapWhen(IsAdmin, admin => admin.Run(RespondAsync));

    private static bool IsAdmin(HttpContext context) => context.Features.Get<AdminListener>() is not null;

    private static Task RespondAsync(HttpContext context) => (context.Request.Path.Value, IsOperator(context)) switch
    {
        ("/livez", _) => OnlyAsync(context, "GET", static context => WriteAsync(context, StatusCodes.Status200OK, "ok\n")),
        ("/readyz", _) => OnlyAsync(context, "GET", ReadyAsync),
        // A kubelet before 1.26 puts a slash before the path of a hook, and takes any response for the end of it.
        ("/drained" or "//drained", _) => OnlyAsync(context, "GET", DrainedAsync),
        ("/metrics", _) when context.RequestServices.GetService<PrometheusExporter>() is { } metrics => OnlyAsync(context, "GET", metrics.RespondAsync),
        ("/config", true) => OnlyAsync(context, "GET", ConfigAsync),
        ("/targets", true) => OnlyAsync(context, "GET", TargetsAsync),
        ("/version", true) => OnlyAsync(context, "GET", VersionAsync),
        ("/drain", true) => OnlyAsync(context, "POST", DrainAsync),
        ("/config" or "/targets" or "/version" or "/drain", false) => WriteAsync(context, StatusCodes.Status403Forbidden, "only from loopback\n"),
        _ => WriteAsync(context, StatusCodes.Status404NotFound, "not found\n"),
    };

    /// <summary>
    /// Somebody on this machine (<c>kubectl port-forward</c> is), and no web page in their browser: such a page reaches loopback too, but
    /// says where it comes from when it posts, and its own name in Host when it has DNS point here.
    /// </summary>
    private static bool IsOperator(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey(HeaderNames.Origin)
        && context.Request.Host.Host is var host && (host == "localhost" || (IPAddress.TryParse(host, out var name) && IPAddress.IsLoopback(name)));

    private static Task OnlyAsync(HttpContext context, string method, Func<HttpContext, Task> respond)
    {
        if (context.Request.Method == method || (method == "GET" && HttpMethods.IsHead(context.Request.Method)))
            return respond(context);
        context.Response.Headers.Allow = method;
        return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"only {method}\n");
    }

    private static async Task ReadyAsync(HttpContext context) =>
        await (await context.RequestServices.GetRequiredService<Readiness>().WhyNotAsync(context.RequestAborted) is { } reason
            ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}\n")
            : WriteAsync(context, StatusCodes.Status200OK, "ready\n"));

    // For the application's preStop: whoever asks is answered when the application may go.
    private static async Task DrainedAsync(HttpContext context)
    {
        await context.RequestServices.GetRequiredService<Drain>().Completed.WaitAsync(context.RequestAborted);
        await WriteAsync(context, StatusCodes.Status200OK, "drained\n");
    }

    private static Task ConfigAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status200OK, context.RequestServices.GetRequiredService<EffectiveConfiguration>().Describe().ToJsonString(Indented) + "\n", "application/json");

    private static Task TargetsAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status200OK, ClusterReport.Describe(context.RequestServices.GetRequiredService<Clusters>().All).ToJsonString(Indented) + "\n", "application/json");

    private static Task VersionAsync(HttpContext context)
    {
        var version = new JsonObject { ["version"] = ProgramVersion.Text, ["runtime"] = Environment.Version.ToString() };
        return WriteAsync(context, StatusCodes.Status200OK, version.ToJsonString(Indented) + "\n", "application/json");
    }

    private static Task DrainAsync(HttpContext context)
    {
        context.RequestServices.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return WriteAsync(context, StatusCodes.Status202Accepted, "draining\n");
    }

    private static Task WriteAsync(HttpContext context, int statusCode, string text, string contentType = "text/plain")
    {
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = contentType + "; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
