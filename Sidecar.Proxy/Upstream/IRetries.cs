namespace Sidecar.Proxy.Upstream;

/// <summary>Says of one request whether an attempt that failed is followed by another.</summary>
internal interface IRetries
{
    /// <summary>Whether a status code is one of those that are retried.</summary>
    bool Covers(int statusCode);

    /// <summary>Whether a response is kept from the client because another attempt follows. Asked once, when its head is there and nothing of it has gone on.</summary>
    /// <param name="attempt">The attempt, whose status code is covered.</param>
    /// <param name="retryAfter">The response's Retry-After, or null.</param>
    bool HoldsBack(AttemptRecord attempt, string? retryAfter);

    /// <summary>Whether another attempt follows the one that is over.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">What went wrong with it, or null.</param>
    /// <returns>Whether it does, after <see cref="PauseAsync"/>.</returns>
    bool IsPending(AttemptRecord attempt, ForwardingFailure? failure);

    /// <summary>Waits before the next attempt, and makes the request as it was before the last one.</summary>
    /// <returns>Whether the client is still there.</returns>
    ValueTask<bool> PauseAsync();
}
