/**
 * The gRPC service that clients talk to. {@code CoordinatorGrpcService} has a method for each call; {@code Experiments} is what
 * those of a leader work with. Where to look:
 *
 * <ul>
 *   <li>what a coordinator knows: {@code Catalogue} of {@code Known}, filled by {@code Loader} from the store, with {@code
 *       study.reading.StoredTasks} (what is done, by listings) and {@code Tasks}
 *   <li>what changes an experiment: {@code ExperimentPlans}, {@code CourseWriter} and {@code Ends} (its marks), {@code
 *       Retries}, {@code Updates} with {@code SettingsRules}, {@code Events} (who did it)
 *   <li>what is read: {@code Reads} with {@code LeaderReads} over {@code Views}, and {@code study.reading.StoreReads}; {@code TaskLists},
 *       {@code AttemptLists}, {@code Results} with {@code ScoreCache}
 *   <li>pages: {@code Pages}, {@code PageToken}, {@code TaskToken}
 *   <li>watches: {@code Watches} serves each {@code Watch}: {@code ExperimentWatch} with {@code WatchToken}, {@code
 *       OverviewWatch} with {@code Overview} and {@code OverviewToken}
 *   <li>garbage: {@code Operations} in an {@code OperationStore}, {@code Housekeeping}, {@code ExperimentNeeds}, {@code
 *       NewNeeds}, {@code GarbageStream}
 *   <li>errors: {@code CallErrors} with a {@code Reason} each, {@code MalformedRequests}
 * </ul>
 */
@NullMarked
package org.crvqa.coordinator.api;

import org.jspecify.annotations.NullMarked;
