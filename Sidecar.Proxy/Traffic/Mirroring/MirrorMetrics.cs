using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>What becomes of copies, which nobody sees otherwise.</summary>
internal sealed class MirrorMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _skipped;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    public MirrorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Instrumentation.Name);
        _sent = meter.CreateCounter<long>("sidecar.mirror.requests", "{request}", "Copies of requests that were sent, by how they were answered.");
        _skipped = meter.CreateCounter<long>("sidecar.mirror.skipped", "{request}", "Copies of requests that were not sent, by why.");
    }

    /// <summary>Counts a copy that was sent.</summary>
    /// <param name="route">The route.</param>
    /// <param name="statusCode">The status of its response, or 0.</param>
    /// <param name="error">Why there was none, or null.</param>
    public void Sent(string route, int statusCode, string? error)
    {
        var tags = new TagList { { "sidecar.route", route } };
        if (statusCode > 0)
            tags.Add("http.response.status_code", Instrumentation.BoxedStatus(statusCode));
        if (error is not null)
            tags.Add("error.type", error);
        _sent.Add(1, tags);
    }

    /// <summary>Counts a copy that was not sent.</summary>
    public void Skipped(string route, MirrorSkip reason) => _skipped.Add(1, new("sidecar.route", route), new("sidecar.mirror.reason", Name(reason)));

    private static string Name(MirrorSkip reason) => reason switch
    {
        MirrorSkip.Busy => "busy",
        MirrorSkip.TooLarge => "too_large",
        MirrorSkip.NoRoom => "no_room",
        MirrorSkip.Incomplete => "incomplete",
        _ => "unavailable",
    };
}

/// <summary>Why a copy was not sent.</summary>
internal enum MirrorSkip
{
    /// <summary>As many as there may be are on their way.</summary>
    Busy,

    /// <summary>The body is larger than <see cref="MirrorOptions.MaxBodyBytes"/>.</summary>
    TooLarge,

    /// <summary>The bodies that are kept for mirrors have no room for another.</summary>
    NoRoom,

    /// <summary>The body did not come to its end, or nobody read it to its end.</summary>
    Incomplete,

    /// <summary>There is no target that may be used.</summary>
    Unavailable,
}
