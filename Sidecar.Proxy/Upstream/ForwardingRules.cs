namespace Sidecar.Proxy.Upstream;

/// <summary>What policies ask of the forwarding of one request. A request of which they ask nothing has none among its features.</summary>
internal sealed class ForwardingRules
{
    /// <summary>How long a connection may take to open; null for as long as the upstream's options say.</summary>
    public TimeSpan? Connect { get; set; }

    /// <summary>How long an attempt may take until the head of its response is there; null for as long as the upstream's options say.</summary>
    public TimeSpan? Attempt { get; set; }

    /// <summary>How long the request may take altogether; null for as long as the upstream's options say.</summary>
    public TimeSpan? Total { get; set; }

    /// <summary>How long the client waits, or null when it has not said so.</summary>
    public TimeSpan? ClientDeadline { get; set; }

    /// <summary>Whether an attempt that failed is followed by another; null when there is one only.</summary>
    public IRetries? Retries { get; set; }

    /// <summary>A request's rules, to be added to.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The rules that it has from now on.</returns>
    public static ForwardingRules Of(HttpContext context)
    {
        if (context.Features.Get<ForwardingRules>() is { } rules)
            return rules;
        rules = new();
        context.Features.Set(rules);
        return rules;
    }

    /// <summary>How long the request may take altogether.</summary>
    /// <param name="upstream">Where it goes.</param>
    /// <returns>What its route allows, or its client if that is less; null when there is no limit.</returns>
    public TimeSpan? TotalFor(UpstreamOptions upstream)
    {
        var total = Total ?? upstream.TotalTimeout;
        return ClientDeadline is { } deadline && !(total < deadline) ? deadline : total;
    }

    /// <summary>How much of that is left.</summary>
    /// <param name="record">The request.</param>
    /// <param name="upstream">Where it goes.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The time, which may be negative; null when there is no limit.</returns>
    public TimeSpan? LeftFor(RequestRecord record, UpstreamOptions upstream, TimeProvider time) => TotalFor(upstream) - time.GetElapsedTime(record.Timestamp);

    /// <summary>Tells the application how long it is waited for, if the client has told the sidecar.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="upstream">Where it goes.</param>
    /// <param name="time">The clock.</param>
    public void PassDeadlineOn(HttpContext context, RequestRecord record, UpstreamOptions upstream, TimeProvider time)
    {
        if (ClientDeadline is null || LeftFor(record, upstream, time) is not { } left)
            return;
        context.Request.Headers[GrpcTimeout.Header] = GrpcTimeout.Format(Attempt < left ? Attempt.Value : left);
    }
}
