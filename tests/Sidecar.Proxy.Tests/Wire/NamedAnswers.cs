namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Requests to a sidecar whose apps say their names.</summary>
internal static class NamedAnswers
{
    /// <summary>Asks, and waits until all that is learnt from the answer is learnt.</summary>
    /// <returns>The whole answer.</returns>
    public static async Task<string> AskAsync(this RunningSidecar sidecar, params string[] headers)
    {
        var answer = await sidecar.GetAsync("/", headers);
        await sidecar.AccessLog.NextAsync();
        return answer;
    }

    /// <summary>Asks several times.</summary>
    /// <returns>The names of the apps that answered.</returns>
    public static async Task<string> NamesAsync(this RunningSidecar sidecar, int count, params string[] headers)
    {
        var names = "";
        for (var i = 0; i < count; i++)
            names += (await sidecar.AskAsync(headers))[^1];
        return names;
    }
}
