using Aspire.Hosting;
using Aspire.Hosting.Pipelines;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

public sealed class PipelineGraphTests
{
    [Fact]
    public void A_step_comes_after_what_it_depends_on_and_what_it_is_required_by() =>
        Order("last", Step("last", dependsOn: ["middle"]), Step("middle"), Step("first", requiredBy: ["middle"])).ShouldBe(["first", "middle", "last"]);

    [Fact]
    public void A_step_that_several_depend_on_comes_once() =>
        Order("end", Step("base"), Step("a", dependsOn: ["base"]), Step("b", dependsOn: ["base"]), Step("end", dependsOn: ["a", "b"]))
            .ShouldBe(["base", "a", "b", "end"]);

    [Fact]
    public void What_the_step_does_not_need_is_left_out() =>
        Order("wanted", Step("wanted"), Step("other", dependsOn: ["wanted"])).ShouldBe(["wanted"]);

    [Fact]
    public void Steps_that_wait_for_each_other_are_refused_though_nobody_wants_them() =>
        Problem(Step("wanted"), Step("a", dependsOn: ["b"]), Step("b", dependsOn: ["c"]), Step("c", requiredBy: ["b"], dependsOn: ["a"]))
            .ShouldBe("Steps of the pipeline wait for each other: a -> b -> c -> a.");

    [Fact]
    public void A_step_that_waits_for_itself_is_refused() =>
        Problem(Step("a", dependsOn: ["a"])).ShouldBe("Steps of the pipeline wait for each other: a -> a.");

    [Fact]
    public void An_unknown_step_to_depend_on_is_named() =>
        Problem(Step("a", dependsOn: ["none"])).ShouldBe("Step 'a' depends on unknown step 'none'.");

    [Fact]
    public void An_unknown_step_to_be_required_by_is_named() =>
        Problem(Step("a", requiredBy: ["none"])).ShouldBe("Step 'a' is required by unknown step 'none'.");

    [Fact]
    public void A_name_used_twice_is_refused() =>
        Problem(Step("a"), Step("a")).ShouldBe("Two steps of the pipeline have the name 'a'.");

    private static IEnumerable<string> Order(string target, params PipelineStep[] steps) => new PipelineGraph(steps).StepsFor(target).Select(step => step.Name);

    private static string Problem(params PipelineStep[] steps) => Should.Throw<DistributedApplicationException>(() => new PipelineGraph(steps)).Message;

    private static PipelineStep Step(string name, string[]? dependsOn = null, string[]? requiredBy = null) => new()
    {
        Name = name,
        Action = _ => Task.CompletedTask,
        DependsOnSteps = [.. dependsOn ?? []],
        RequiredBySteps = [.. requiredBy ?? []],
    };
}
