using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Admin;

/// <summary>What the sidecar answers itself, on the admin port only.</summary>
public static class AdminEndpoints
{
    /// <summary>Branches requests on the admin port off; on the traffic port every path belongs to the application.</summary>
    /// <param name="app">The pipeline.</param>
    public static void UseAdmin(this IApplicationBuilder app) => app.MapWhen(IsAdmin, admin =>
    {
        admin.UseRouting();
        admin.UseEndpoints(endpoints =>
        {
            endpoints.MapGet("/livez", () => Results.Text("ok\n"));
            endpoints.MapGet("/readyz", ReadyAsync);
            endpoints.MapPost("/drain", Drain);
        });
    });

    private static bool IsAdmin(HttpContext context) => context.Features.Get<AdminListener>() is not null;

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken) =>
        await readiness.WhyNotAsync(cancellationToken) is { } reason
            ? Results.Text($"not ready: {reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n");

    private static IResult Drain(IHostApplicationLifetime lifetime)
    {
        lifetime.StopApplication();
        return Results.Text("draining\n", statusCode: StatusCodes.Status202Accepted);
    }
}
