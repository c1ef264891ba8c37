using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>A published Pod as the kubelet would run it, in the order that its manifest gives.</summary>
internal sealed partial class Pod : IAsyncDisposable
{
    private static readonly string[] s_understood =
        ["name", "image", "imagePullPolicy", "restartPolicy", "ports", "env", "resources", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "securityContext", "volumeMounts"];

    private static int s_count;

    private readonly Node _node;
    private readonly PublishedPod _published;
    private readonly TemporaryFolder _volumes = new();
    private readonly Dictionary<string, RunningContainer> _containers = [];
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"pod-{Interlocked.Increment(ref s_count)}");

    private Pod(Node node, PublishedPod published) => (_node, _published) = (node, published);

    /// <summary>Its address on the node.</summary>
    public string Address { get; private set; } = string.Empty;

    public RunningContainer Sidecar => _containers["sidecar"];

    public RunningContainer App => _containers["app"];

    /// <summary>Where the Service sends requests.</summary>
    public string TrafficUrl => $"http://{Address}:{PortNamed("http")}";

    public string AdminUrl => $"http://{Address}:{PortNamed("admin")}";

    /// <summary>Publishes a Pod and gives it a network; nothing runs in it yet.</summary>
    public static async Task<Pod> CreateAsync(Node node, params string[] options)
    {
        await node.StartAsync();
        var pod = new Pod(node, await PublishedPod.PublishAsync(options));
        await node.PodmanAsync("pod", "create", "--name", pod._name);
        var infra = await node.PodmanAsync("pod", "inspect", "--format", "{{.InfraContainerID}}", pod._name);
        await node.PodmanAsync("start", infra);
        pod.Address = await node.PodmanAsync("inspect", "--format", "{{.NetworkSettings.Networks.podman.IPAddress}}", infra);
        return pod;
    }

    /// <summary>Starts native sidecars one after the other, each when the one before is up, then the containers; and waits until all are ready.</summary>
    public static async Task<Pod> StartAsync(Node node, params string[] options)
    {
        var pod = await CreateAsync(node, options);
        await pod.StartSidecarsAsync();
        await pod.StartContainersAsync();
        return pod;
    }

    public async Task StartSidecarsAsync()
    {
        foreach (var sidecar in _published.NativeSidecars)
        {
            sidecar["restartPolicy"]!.GetValue<string>().ShouldBe("Always", "an init container that ends would be another thing");
            await RunAsync(sidecar);
            await PassesAsync(sidecar, "startupProbe");
        }
    }

    public async Task StartContainersAsync()
    {
        foreach (var container in _published.Containers)
            await RunAsync(container);
        foreach (var container in _published.NativeSidecars.Concat(_published.Containers))
            await PassesAsync(container, "readinessProbe");
    }

    /// <summary>Changes a file of the ConfigMap.</summary>
    public async Task EditAsync(string volume, string file, Action<JsonNode> edit)
    {
        var path = _volumes.At($"{volume}/{file}");
        var content = JsonNode.Parse(await File.ReadAllTextAsync(path, Patience.Token()))!;
        edit(content);
        await File.WriteAllTextAsync(path, content.ToJsonString(), Patience.Token());
    }

    /// <summary>
    /// Ends it as the kubelet does: all preStop hooks at once; SIGTERM to a container when its hook is over, to a native sidecar when besides no container is left.
    /// </summary>
    /// <returns>The exit codes, by container.</returns>
    public async Task<IReadOnlyDictionary<string, int>> EndAsync()
    {
        var codes = new ConcurrentDictionary<string, int>();
        var containers = _published.Containers.Select(container => EndAsync(container, Task.CompletedTask, codes)).ToArray();
        await Task.WhenAll([.. containers, .. _published.NativeSidecars.Select(sidecar => EndAsync(sidecar, Task.WhenAll(containers), codes))]);
        return codes;
    }

    /// <summary>Runs the image of a container of the Pod by itself, with one more variable, to its end.</summary>
    public Task<CommandRun> RunImageAsync(string container, string variable, string value) =>
        _node.RunAsync("podman", "run", "--rm", "--env", $"{variable}={value}", ImageOf(_published.Container(container)));

    /// <summary>Asks for something from outside the Pod.</summary>
    public Task<CommandRun> GetAsync(string url) => _node.RunAsync("curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "10", url);

    /// <summary>Begins to ask for something from outside the Pod.</summary>
    public System.Diagnostics.Process StartGet(string url) => _node.Start("curl", "--silent", "--show-error", "--fail-with-body", "--no-buffer", url);

    public async ValueTask DisposeAsync()
    {
        await _node.PodmanAsync("pod", "rm", "--force", "--time", "0", _name);
        _volumes.Dispose();
    }

    private static string ImageOf(JsonObject container) => $"docker.io/library/{container["image"]!.GetValue<string>()}";

    private async Task EndAsync(JsonObject container, Task others, ConcurrentDictionary<string, int> codes)
    {
        var name = container["name"]!.GetValue<string>();
        await RunHookAsync(_containers[name], container["lifecycle"]?["preStop"]);
        await others;
        await _containers[name].TerminateAsync();
        codes[name] = await _containers[name].ExitAsync();
    }

    private async Task RunHookAsync(RunningContainer container, JsonNode? hook)
    {
        if (hook?["exec"] is { } exec)
            (await container.ExecAsync(exec["command"]!.AsArray().Select(word => word!.GetValue<string>()))).ShouldBe(0);
        else if (hook?["httpGet"] is { } get)
            (await _node.RunAsync("curl", "--silent", "--fail", $"http://{Address}:{get["port"]}{get["path"]}")).ExitCode.ShouldBe(0);
        else
            hook.ShouldBeNull("the test does not know this hook");
    }

    private string PortNamed(string name) => _published.NativeSidecars.Concat(_published.Containers)
        .SelectMany(container => PublishedPod.Items(container["ports"]))
        .Single(port => port["name"]?.GetValue<string>() == name)["containerPort"]!.ToString();

    private async Task RunAsync(JsonObject container)
    {
        var name = container["name"]!.GetValue<string>();
        container.Select(field => field.Key).Except(s_understood).ShouldBeEmpty("the test would leave out what the manifest says");
        var id = await _node.PodmanAsync(["run", "--detach", "--pull", "never", "--pod", _name, .. Security(container), .. Variables(container), .. Volumes(container), ImageOf(container)]);
        _containers[name] = new(_node, id, await _node.PodmanAsync("inspect", "--format", "{{.State.Pid}}", id));
    }

    private static IEnumerable<string> Security(JsonObject container)
    {
        var context = container["securityContext"]!;
        yield return $"--user={context["runAsUser"]}:{context["runAsGroup"]}";
        if (context["readOnlyRootFilesystem"]!.GetValue<bool>())
        {
            // Kubernetes has no writable folders that nobody asked for.
            yield return "--read-only";
            yield return "--read-only-tmpfs=false";
        }

        if (!context["allowPrivilegeEscalation"]!.GetValue<bool>())
            yield return "--security-opt=no-new-privileges";
        foreach (var capability in context["capabilities"]!["drop"]!.AsArray())
            yield return $"--cap-drop={capability}";
    }

    private IEnumerable<string> Variables(JsonObject container)
    {
        var known = new Dictionary<string, string>();
        foreach (var variable in PublishedPod.Items(container["env"]))
        {
            var name = variable["name"]!.GetValue<string>();
            var value = variable["valueFrom"] is { } source ? FieldOf(source["fieldRef"]!["fieldPath"]!.GetValue<string>()) : variable["value"]!.GetValue<string>();
            known[name] = Reference().Replace(value, match => known[match.Groups[1].Value]);
            yield return $"--env={name}={known[name]}";
        }
    }

    private string FieldOf(string path) => path switch
    {
        "metadata.name" => _name,
        "metadata.namespace" => "default",
        _ => throw new NotSupportedException($"The Pod's {path} is not known here."),
    };

    private IEnumerable<string> Volumes(JsonObject container)
    {
        foreach (var mount in PublishedPod.Items(container["volumeMounts"]))
        {
            var name = mount["name"]!.GetValue<string>();
            var target = mount["mountPath"]!.GetValue<string>();
            var volume = _published.Volume(name);
            if (volume["configMap"] is { } map)
            {
                map["name"]!.GetValue<string>().ShouldBe(_published.Object("ConfigMap")["metadata"]!["name"]!.GetValue<string>());
                Directory.CreateDirectory(_volumes.At(name));
                foreach (var (file, text) in _published.Object("ConfigMap")["data"]!.AsObject())
                    File.WriteAllText(_volumes.At($"{name}/{file}"), text!.GetValue<string>());
                yield return $"--volume={_volumes.At(name)}:{target}:ro";
            }
            else
            {
                volume["emptyDir"].ShouldNotBeNull($"volume {name} is of a kind that the test does not know");
                yield return $"--tmpfs={target}:rw,mode=1777,size=64m";
            }
        }
    }

    private async Task PassesAsync(JsonObject container, string probe)
    {
        if (container[probe]?["httpGet"] is not { } get)
            return;
        var (url, patience) = ($"http://{Address}:{get["port"]}{get["path"]}", Patience.Token());
        while ((await _node.RunAsync("curl", "--silent", "--fail", "--max-time", container[probe]!["timeoutSeconds"]!.ToString(), url)).ExitCode != 0)
            await Task.Delay(50, patience);
    }

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Reference();
}
