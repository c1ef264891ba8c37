using System.Diagnostics;
using System.Globalization;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>
/// A machine for Pods: network, processes, mounts and images of its own, which go when it goes. Its images are built without a registry.
/// </summary>
public sealed class Node : IAsyncDisposable
{
    private static readonly string[] s_tools = ["podman", "nativeaot", "curl"];

    private readonly TemporaryFolder _folder = new();
    private Task? _started;
    private Process? _holder;
    private string _init = string.Empty;

    /// <summary>Whether this machine can have one.</summary>
    internal static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && s_tools.All(Tool.IsInstalled);

    /// <summary>Skips the test unless this machine can have one.</summary>
    internal static void Require()
    {
        Tool.RequireRoot();
        Tool.Require(s_tools);
    }

    /// <summary>Starts it, once.</summary>
    internal Task StartAsync()
    {
        Require();
        return _started ??= StartOnceAsync();
    }

    /// <summary>Runs a program on it to its end.</summary>
    internal Task<CommandRun> RunAsync(params string[] command) => CommandRun.OfAsync(_folder.Path, "env", Enter(command));

    /// <summary>Runs podman, which has to succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    internal async Task<string> PodmanAsync(params string[] arguments)
    {
        var run = await RunAsync(["podman", .. arguments]);
        run.ExitCode.ShouldBe(0, $"podman {string.Join(' ', arguments)}: {run.Error}");
        return run.Output.Trim();
    }

    /// <summary>Starts a program on it.</summary>
    internal Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo("env", Enter(command)) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_holder is not null)
        {
            _holder.StandardInput.Close();
            await _holder.WaitForExitAsync();
            _holder.Dispose();
        }

        _folder.Dispose();
    }

    private string[] Settings => [$"CONTAINERS_CONF={_folder.At("containers.conf")}", $"CONTAINERS_STORAGE_CONF={_folder.At("storage.conf")}"];

    private string[] Enter(string[] command) => [.. Settings, "nsenter", "-t", _init, "-m", "-n", "-p", .. command];

    private async Task StartOnceAsync()
    {
        await File.WriteAllTextAsync(_folder.At("containers.conf"), """
            [containers]
            default_ulimits=["nofile=16384:16384","nproc=4096:4096"]
            [engine]
            runtime="runc"
            cgroup_manager="cgroupfs"
            events_logger="file"
            """);
        await File.WriteAllTextAsync(_folder.At("storage.conf"), $"""
            [storage]
            driver="overlay"
            graphroot="{_folder.At("images")}"
            runroot="{_folder.At("run")}"
            """);

        // Its first process reaps orphans, and ends with its input, so with this process whatever becomes of it; all others end with the first.
        string[] unshare = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--propagation", "private", "bash", "-c", "echo up; read"];
        _holder = Process.Start(new ProcessStartInfo("env", [.. Settings, .. unshare]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        (await _holder.StandardOutput.ReadLineAsync(Patience.Token())).ShouldBe("up", "no namespaces could be made: root is needed");
        _init = await ChildOfAsync(_holder);
        (await RunAsync("ip", "link", "set", "lo", "up")).ExitCode.ShouldBe(0);

        var build = await CommandRun.OfAsync(Repository.Root, "env", [.. Settings, "CONTAINER_TOOL=podman", "eng/build-images.sh", "--from-host"]);
        build.ExitCode.ShouldBe(0, build.Output + build.Error);
    }

    private static async Task<string> ChildOfAsync(Process process)
    {
        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        return (await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children", Patience.Token())).Trim();
    }
}
