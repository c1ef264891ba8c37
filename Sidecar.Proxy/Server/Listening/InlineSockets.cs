namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Has a request run on the thread that hears of its bytes, instead of being handed from thread to thread four times. In turn nothing on
/// the request path may block, and long transfers have to make way (see docs/performance.md for what it brings).
/// </summary>
internal static class InlineSockets
{
    /// <summary>.NET's own switch, read when the first socket is used. An operator's value stays: <c>0</c> turns it off.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Whether it is on in this process.</summary>
    public static bool AreOn => Environment.GetEnvironmentVariable(Variable) is "1" or "true";

    /// <summary>Whether the switch was set here, and means nothing to a process that is started from here.</summary>
    public static bool AreOurs { get; private set; }

    /// <summary>Turns it on, unless the operator has decided; only before the first socket.</summary>
    public static void TurnOn()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        Environment.SetEnvironmentVariable(Variable, "1");
        AreOurs = true;
    }
}
