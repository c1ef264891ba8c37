namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>A container of a Pod.</summary>
/// <param name="node">Where it runs.</param>
/// <param name="id">Podman's name for it.</param>
/// <param name="pid">Its first process, as the node counts.</param>
internal sealed class RunningContainer(Node node, string id, string pid)
{
    /// <summary>What it has written to standard output and error.</summary>
    public Task<string> LogAsync() => node.PodmanAsync("logs", id);

    /// <summary>Waits for a line in its log.</summary>
    public async Task<string> LoggedAsync(string part)
    {
        var patience = Sidecar.Proxy.Tests.Wire.Patience.Token();
        while (true)
        {
            if ((await LogAsync()).Split('\n').FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } line)
                return line;
            await Task.Delay(50, patience);
        }
    }

    /// <summary>A file below <c>/proc</c> of its first process.</summary>
    public async Task<string> ProcAsync(string file) => (await node.RunAsync("cat", $"/proc/{pid}/{file}")).Output;

    /// <summary>Runs a program of the node's in the container's network.</summary>
    public Task<CommandRun> InNetworkAsync(params string[] command) => node.RunAsync(["nsenter", "-t", pid, "-n", .. command]);

    /// <summary>Starts a program of the node's in the container's network.</summary>
    public System.Diagnostics.Process StartInNetwork(params string[] command) => node.Start(["nsenter", "-t", pid, "-n", .. command]);

    /// <summary>Runs a program of the container's in the container.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExecAsync(IEnumerable<string> command) => (await node.RunAsync(["podman", "exec", id, .. command])).ExitCode;

    /// <summary>Sends SIGTERM, unless it has ended by itself.</summary>
    public async Task TerminateAsync()
    {
        var kill = await node.RunAsync("podman", "kill", "--signal", "TERM", id);
        if (kill.ExitCode != 0)
            (await node.PodmanAsync("inspect", "--format", "{{.State.Status}}", id)).ShouldBe("exited", kill.Error);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync() => int.Parse(await node.PodmanAsync("wait", id), System.Globalization.CultureInfo.InvariantCulture);
}
