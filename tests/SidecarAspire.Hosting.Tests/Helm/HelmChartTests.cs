using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Tests.Publishing;

namespace SidecarAspire.Hosting.Tests.Helm;

public sealed class HelmChartTests
{
    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task With_its_own_values_the_chart_is_the_manifests(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);

        var chart = Render(publication, Values(publication));

        Sorted(chart).ShouldBe(Sorted(PublishedObjects.Of(publication)));
    }

    [Fact]
    public async Task The_other_mode_is_what_would_be_published_in_it()
    {
        using var native = await new Publication().RunAsync();
        using var container = await new Publication().RunAsync(options => options.Mode = SidecarMode.Container);
        var values = Values(native);
        values["mode"] = "container";

        Sorted(Render(native, values)).ShouldBe(Sorted(PublishedObjects.Of(container)));
    }

    [Fact]
    public async Task Without_autoscaling_the_number_of_Pods_is_the_charts()
    {
        using var publication = await new Publication().RunAsync();
        var values = Values(publication);
        values["autoscaling"]!["enabled"] = false;
        values["replicas"] = 7;

        var chart = Render(publication, values);

        chart.Has("HorizontalPodAutoscaler").ShouldBeFalse();
        chart["Deployment"]["spec"]!["replicas"]!.GetValue<long>().ShouldBe(7);
    }

    [Fact]
    public async Task Every_value_changes_what_it_names()
    {
        using var publication = await new Publication().RunAsync();
        var values = Values(publication);
        values["app"]!["image"] = "other:2";
        values["sidecar"]!["image"] = "proxy:3";
        values["pullPolicy"] = "Always";
        values["app"]!["env"] = new JsonArray(new JsonObject { ["name"] = "ONLY", ["value"] = "this: \"one\"" });
        values["sidecar"]!["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "1Gi" } };
        values["podAnnotations"] = new JsonObject { ["a"] = "b" };
        values["service"]!["type"] = "NodePort";
        values["service"]!["port"] = 8000;
        values["autoscaling"]!["maxReplicas"] = 4;
        values["disruptionBudget"]!["enabled"] = false;
        values["networkPolicy"]!["enabled"] = false;

        var chart = Render(publication, values);

        chart.Container("app")["image"]!.GetValue<string>().ShouldBe("other:2");
        chart.Container("sidecar")["image"]!.GetValue<string>().ShouldBe("proxy:3");
        chart.Container("app")["imagePullPolicy"]!.GetValue<string>().ShouldBe("Always");
        chart.Variable("app", "ONLY").ShouldBe("this: \"one\"");
        chart.Container("sidecar")["resources"]!["limits"]!["memory"]!.GetValue<string>().ShouldBe("1Gi");
        chart.PodMetadata["annotations"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe("a");
        chart["Service"]["spec"]!["type"]!.GetValue<string>().ShouldBe("NodePort");
        chart["Service"]["spec"]!["ports"]![0]!["port"]!.GetValue<long>().ShouldBe(8000);
        chart["HorizontalPodAutoscaler"]["spec"]!["maxReplicas"]!.GetValue<long>().ShouldBe(4);
        chart.Has("PodDisruptionBudget").ShouldBeFalse();
        chart.Has("NetworkPolicy").ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_schema_knows_every_value_and_no_other(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);
        var schema = JsonNode.Parse(publication["helm/legacy-app/values.schema.json"])!;

        Check(Values(publication), schema, "values");

        static void Check(JsonNode value, JsonNode schema, string path)
        {
            schema["type"]!.GetValue<string>().ShouldBe(value switch
            {
                JsonObject => "object",
                JsonArray => "array",
                _ when value.GetValueKind() == System.Text.Json.JsonValueKind.String => "string",
                _ when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => "integer",
                _ => "boolean",
            }, path);
            if (schema["enum"] is JsonArray choices)
            {
                choices.Select(choice => choice!.GetValue<string>()).ShouldContain(value.GetValue<string>());
            }

            if (schema["properties"] is not JsonObject properties)
            {
                return;
            }

            schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
            properties.Select(property => property.Key).Where(key => key != "global").ShouldBe(value.AsObject().Select(field => field.Key), ignoreOrder: true);
            foreach (var (key, part) in value.AsObject())
            {
                Check(part!, properties[key]!, $"{path}.{key}");
            }
        }
    }

    [Fact]
    public async Task What_looks_like_an_expression_in_an_object_stays_text()
    {
        using var publication = await new Publication().RunAsync(options => options.Customize = tree => tree["metadata"]!["annotations"] = new JsonObject { ["note"] = "a {{ .Values.b }} c" });

        var chart = Render(publication, Values(publication));

        chart["Service"]["metadata"]!["annotations"]!["note"]!.GetValue<string>().ShouldBe("a {{ .Values.b }} c");
    }

    [Fact]
    public async Task The_notes_say_where_the_log_is()
    {
        using var publication = await new Publication().RunAsync();

        var notes = GoTemplate.Render(publication["helm/legacy-app/templates/NOTES.txt"], [], "production");

        notes.ShouldContain("kubectl --namespace production logs deployment/legacy-app -c sidecar");
    }

    private static JsonObject Values(Publication publication) => YamlObjects.Parse(publication["helm/legacy-app/values.yaml"]).Single();

    // Namespaces are the release's.
    private static PublishedObjects Render(Publication publication, JsonObject values) => new(publication.Files
        .Where(file => file.Key.StartsWith("helm/legacy-app/templates/", StringComparison.Ordinal) && file.Key.EndsWith(".yaml", StringComparison.Ordinal))
        .SelectMany(file => YamlObjects.Parse(GoTemplate.Render(file.Value, values))));

    private static IEnumerable<string> Sorted(PublishedObjects objects) => objects.All
        .Select(value =>
        {
            var copy = value.DeepClone().AsObject();
            copy["metadata"]!.AsObject().Remove("namespace");
            return copy.ToJsonString();
        })
        .Order(StringComparer.Ordinal);
}
