namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The longest a test waits for anything. Generous: it only bounds a failing test.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    public static CancellationToken Token()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Limit);
        return source.Token;
    }

    /// <summary>Waits for what nobody tells of.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var patience = Token();
        while (!condition())
        {
            patience.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
