using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Resilience.FaultInjection;

/// <summary>Makes requests slow or fail on purpose.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Chance.</param>
/// <param name="meters">Where meters come from.</param>
internal sealed class FaultFilter(TimeProvider time, Random random, IMeterFactory meters) : IRequestFilter
{
    private const string Any = "*";
    private const string Delay = "delay";
    private const string Abort = "abort";

    private readonly Counter<long> _injected = meters.Create(Instrumentation.Name)
        .CreateCounter<long>("sidecar.faults.injected", "{request}", "Requests that were delayed or aborted on purpose.");

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var faults = PerRoute<Fault>.Of(options, static part => part.Faults, static (route, part) => new(route, part));
        return faults.All.Any(static fault => fault.Options.Enabled)
            ? context => faults.For(context) is { Options.Enabled: true } fault && IsMeant(context, fault.Options) ? PassAsync(context, fault, next) : next(context)
            : next;
    }

    private static bool IsMeant(HttpContext context, FaultOptions options)
    {
        foreach (var (name, value) in options.Headers)
        {
            if (!context.Request.Headers.TryGetValue(name, out var given) || (value != Any && given.ToString() != value))
                return false;
        }

        return true;
    }

    private async ValueTask PassAsync(HttpContext context, Fault fault, RequestHandler next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var delays = fault.Options.Delay is { } delay && Happens(delay.Percent);
        var aborts = fault.Options.Abort is { } abort && Happens(abort.Percent);
        if (delays)
        {
            record.Note("sidecar.fault", aborts ? $"{Delay},{Abort}" : Delay);
            _injected.Count("sidecar.fault", Delay, fault.Route);
            // It does not throw, because a client that leaves is nothing exceptional here.
            await Task.Delay(fault.Options.Delay!.Duration, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (context.RequestAborted.IsCancellationRequested)
            {
                await context.FailAsync(ProxyError.ClientDisconnected);
                return;
            }
        }

        if (!aborts)
        {
            await next(context);
            return;
        }

        if (!delays)
            record.Note("sidecar.fault", Abort);
        _injected.Count("sidecar.fault", Abort, fault.Route);
        record.EndedBy = RequestEnd.Sidecar;
        // RFC 9209: the response is the sidecar's own, without an attempt.
        await context.FailAsync(new("proxy_internal_response", fault.Options.Abort!.Status, "This error is made on purpose: fault injection is on."));
    }

    private bool Happens(double percent) => random.NextDouble() * 100 < percent;

    private sealed record Fault(string? Route, FaultOptions Options);
}
