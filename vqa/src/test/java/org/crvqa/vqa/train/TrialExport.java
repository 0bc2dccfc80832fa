package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Writes the first weights and the batches of the device's self-test, for {@code src/test/python/check_trial.py}, whose first
 * lines hold the command.
 */
final class TrialExport {
    private TrialExport() {}

    public static void main(String[] arguments) {
        Torch torch = TestDevice.torch();
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (NDManager manager = torch.newManager()) {
            TrialModel model = new TrialModel();
            Loss lmh = Loss.newBuilder().setKind(LossKind.LOSS_KIND_LMH).build();
            tensors.putAll(
                    model.tensors(torch, DebiasLoss.of(torch, lmh), manager).all());
            for (int step = 0; step < TrialSteps.STEPS; step++) {
                Batch batch = model.batch(torch, step, manager);
                String prefix = "batch." + step + ".";
                tensors.put(prefix + "token_ids", batch.tokenIds().toType(DataType.FLOAT32, false));
                tensors.put(prefix + "token_mask", batch.tokenMask());
                tensors.put(prefix + "features", batch.features());
                tensors.put(prefix + "boxes", batch.boxes());
                tensors.put(prefix + "region_mask", batch.regionMask());
                tensors.put(prefix + "scores", batch.targets().scores());
                tensors.put(prefix + "bias", batch.targets().bias());
            }
            write(torch, Path.of(arguments[0]), tensors);
            System.out.println(TrialSteps.run(torch, model).losses());
        }
    }

    private static void write(Torch torch, Path file, Map<String, NDArray> tensors) {
        List<TensorDeclaration> declarations = new ArrayList<>();
        tensors.forEach((name, tensor) ->
                declarations.add(TensorDeclaration.f32(name, tensor.getShape().getShape())));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations)) {
            tensors.forEach(
                    (name, tensor) -> writer.writeFloats(name, torch.transfer().view(tensor)));
            writer.commit();
        }
    }
}
